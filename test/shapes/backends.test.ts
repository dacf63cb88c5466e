import { rename } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { block, output, resource, usesLab } from './hcl.ts'
import type { Place, Shape } from './shape.ts'
import { testShapes } from './suite.ts'
import type { Terraform } from './tool.ts'
import { layFiles } from './world.ts'

const one = (value: string) => resource('one', `"${value}"`) + output('it', 'terraform_data.one.id')
const backend = (type: string, body = '') => block('terraform', block(`backend "${type}"`, body))
const stateServer = (place: Place) =>
  backend('http', `address = "${place.stateServer}/old"\nlock_address = "${place.stateServer}/old"`)

/** A module that plain Terraform applied before, and Portolan takes over. */
function adopted(
  shape: Pick<Shape, 'name' | 'files' | 'changed' | 'environment'>,
  ...init: string[]
): Shape {
  return {
    ...shape,
    prepare: async (_place, tool) => {
      await good(tool.terraform('init', '-input=false', ...init))
      await good(tool.terraform('apply', '-auto-approve', '-input=false'))
      if (tool.name === 'portolan') await takeOver(tool)
    },
    ends: { plan: 'unchanged' },
    check: (story) => {
      expect(story.plan.actions).toEqual([])
      expect(story['plan the change'].actions).toEqual(['terraform_data.one: update'])
    },
  }
}

/** A module whose backend is out of reach: its state comes as a file that somebody has. */
function adoptedFromFile(name: string, block: string): Shape {
  return {
    name,
    files: { 'main.tf': one('v1'), 'backend.tf': block },
    changed: { 'main.tf': one('v2') },
    plainFiles: { 'backend.tf': undefined },
    prepare: async (place, tool) => {
      await layFiles(place.root, { 'backend.tf': undefined })
      await good(tool.terraform('init'))
      await good(tool.terraform('apply', '-auto-approve'))
      if (tool.name === 'terraform') return
      const file = path.join(place.beside, 'old.tfstate')
      await rename(path.join(place.root, 'terraform.tfstate'), file)
      await layFiles(place.root, { '.terraform': undefined, 'backend.tf': block })
      await takeOver(tool, file)
    },
    ends: { plan: 'unchanged' },
  }
}

/** Portolan never starts from nothing where a state exists: it refuses and names the way out. */
async function takeOver(tool: Terraform, ...file: string[]): Promise<void> {
  for (const refused of [await tool.plan('same'), await tool.apply(), await tool.destroy()]) {
    expect(refused.exitCode).toBe(1)
    expect(refused.text).toContain('state import')
  }
  await good(tool.run('state', 'import', ...file))
}

async function good(command: ReturnType<Terraform['run']>): Promise<void> {
  const { exitCode, text } = await command
  expect(exitCode, text).toBe(0)
}

testShapes('backends', [
  adopted({
    name: 'a state file of plain Terraform',
    files: { 'main.tf': one('v1') },
    changed: { 'main.tf': one('v2') },
  }),
  adopted({
    name: 'a local backend with a path of its own',
    files: { 'main.tf': one('v1') + backend('local', 'path = "states/one.tfstate"') },
    changed: { 'main.tf': one('v2') + backend('local', 'path = "states/one.tfstate"') },
  }),
  adopted({
    name: 'a foreign backend, a provider that is not built in, an ignored tfvars file',
    files: (place) => ({
      '.gitignore': '*.tfvars\n.terraform/\n',
      'terraform.tfvars': 'title = "kept"\n',
      'main.tf':
        usesLab +
        block('variable "title"', 'type = string') +
        block('resource "lab_note" "it"', 'title = var.title') +
        one('v1') +
        stateServer(place),
    }),
    changed: (place) => ({
      'main.tf':
        usesLab +
        block('variable "title"', 'type = string') +
        block('resource "lab_note" "it"', 'title = var.title') +
        one('v2') +
        stateServer(place),
    }),
  }),
  adopted({
    name: 'a foreign backend with a state',
    files: (place) => ({ 'main.tf': one('v1') + stateServer(place) }),
    changed: (place) => ({ 'main.tf': one('v2') + stateServer(place) }),
  }),
  adopted({
    name: 'a foreign backend in JSON syntax',
    files: (place) => ({
      'main.tf': one('v1'),
      'backend.tf.json': JSON.stringify({
        terraform: { backend: { http: { address: `${place.stateServer}/old` } } },
      }),
    }),
    changed: { 'main.tf': one('v2') },
  }),
  adopted(
    {
      name: 'a partial backend configuration, completed at init',
      files: (place) => ({
        'main.tf': one('v1') + backend('http'),
        'prod.tfbackend': `address = "${place.stateServer}/old"\n`,
      }),
      changed: { 'main.tf': one('v2') + backend('http') },
    },
    '-backend-config=prod.tfbackend',
  ),
  adopted({
    name: 'a partial backend configuration, completed by the environment',
    files: { 'main.tf': one('v1') + backend('http') },
    changed: { 'main.tf': one('v2') + backend('http') },
    environment: (place) => ({ TF_HTTP_ADDRESS: `${place.stateServer}/old` }),
  }),
  adopted({
    name: 'a backend that an override file sets',
    files: (place) => ({
      'main.tf': one('v1') + backend('local'),
      'override.tf': stateServer(place),
    }),
    changed: { 'main.tf': one('v2') + backend('local') },
  }),
  adopted({
    name: 'a backend block that is hard to read',
    files: (place) => ({ 'main.tf': one('v1'), 'backend.tf': oddBackend(place) }),
    changed: { 'main.tf': one('v2') },
  }),
  adoptedFromFile('an s3 backend without credentials', backend('s3')),
  adoptedFromFile(
    'a cloud block without a login',
    block('terraform', block('cloud', 'organization = "o"\nworkspaces {\nname = "w"\n}')),
  ),
  {
    name: 'an override file of its own',
    files: { 'main.tf': one('v1'), 'x_override.tf': resource('one', '"overridden"') },
    changed: { 'x_override.tf': resource('one', '"overridden again"') },
  },
])

/** Comments, a heredoc that looks like one, a byte order mark, carriage returns, no needless spaces. */
function oddBackend(place: Place): string {
  const text = `# terraform { backend "s3" {} }
locals {
  text = <<-EOT
    terraform { backend "gcs" {} }
    EOT
}
terraform{# one {
  /* two } */backend/* three */"http"{address="${place.stateServer}/old"}
}
`
  return `\ufeff${text.replaceAll('\n', '\r\n')}`
}
