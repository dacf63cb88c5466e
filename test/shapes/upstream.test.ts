import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { block, output, resource } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import type { Shape } from './shape.ts'
import { testShapes } from './suite.ts'

const reading = (config: string) =>
  block('data "terraform_remote_state" "network"', config) +
  resource('one', 'data.terraform_remote_state.network.outputs.cidr')
const check: Shape['check'] = (story) =>
  expect(attributeOf(story.apply, 'one', 'input')).toBe('10.0.0.0/8')

let serving: { close(): Promise<void> } | undefined

testShapes('upstream', [
  {
    name: 'the state file of a neighbouring module, by a relative path',
    module: 'infra/app',
    files: {
      'infra/network/main.tf': output('cidr', '"10.0.0.0/8"'),
      'infra/app/main.tf': reading(
        'backend = "local"\nconfig = {\npath = "../network/terraform.tfstate"\n}',
      ),
    },
    prepare: async (_place, tool) => {
      await tool.terraform('-chdir=../network', 'init')
      await tool.terraform('-chdir=../network', 'apply', '-auto-approve')
    },
    changed: { 'infra/app/more.tf': resource('more', '1') },
    check,
  },
  {
    name: 'the state of another workspace, by the server',
    module: 'infra/app',
    files: {
      'infra/network/main.tf': output('cidr', '"10.0.0.0/8"'),
      'infra/app/main.tf':
        block('variable "config"', 'type = map(string)') +
        reading('backend = "http"\nconfig = var.config'),
    },
    prepare: async (place, tool) => {
      if (tool.name === 'terraform') await tool.run('-chdir=../network', 'init')
      const applied = await tool.run('-chdir=../network', 'apply', '-auto-approve')
      expect(applied.exitCode, applied.text).toBe(0)
      const served = await tool.serve('infra/network')
      serving = served
      const { address, password } = served
      await writeFile(
        path.join(place.module, 'upstream.auto.tfvars.json'),
        JSON.stringify({ config: { address, username: 'portolan', password } }),
      )
    },
    finish: async () => serving?.close(),
    changed: { 'infra/app/more.tf': resource('more', '1') },
    check,
  },
])
