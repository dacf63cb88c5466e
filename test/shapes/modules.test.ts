import path from 'node:path'
import { expect } from 'vitest'
import { output, resource } from './hcl.ts'
import { testShapes } from './suite.ts'
import { makeBareRepository } from './world.ts'

const call = (source: string, value: string) =>
  `module "m" {\n  source = "${source}"\n  value  = "${value}"\n}\n${output('it', 'module.m.it')}`
const reusable = `variable "value" {}
${resource('one', 'var.value')}${output('it', 'terraform_data.one.output')}`

testShapes('modules', [
  {
    name: 'nested local modules, above and below the root module',
    module: 'live/prod',
    files: {
      'live/prod/main.tf': `${call('../../modules/outer', 'v1')}module "own" {\n  source = "./own"\n}\n`,
      'live/prod/own/main.tf': resource('own', 'path.module'),
      'modules/outer/main.tf': `variable "value" {}\nmodule "inner" {\n  source = "./inner"\n  count = 2\n  value = "\${var.value} \${count.index}"\n}\n${output('it', 'module.inner[*].it')}`,
      'modules/outer/inner/main.tf': reusable,
    },
    changed: { 'modules/outer/inner/main.tf': reusable + resource('added', 'var.value') },
    check: (story) =>
      expect(story['plan the change'].actions).toEqual([
        'module.m.module.inner[0].terraform_data.added: create',
        'module.m.module.inner[1].terraform_data.added: create',
      ]),
  },
  {
    name: 'modules from git',
    prepare: (place) =>
      makeBareRepository(path.join(place.beside, 'modules.git'), {
        'one/main.tf': reusable,
        'two/main.tf': reusable + resource('two', '"2"'),
      }),
    files: ({ beside }) => ({
      'main.tf': call(`git::file://${beside}/modules.git//one?ref=main`, 'v1'),
    }),
    changed: ({ beside }) => ({
      'main.tf': call(`git::file://${beside}/modules.git//two?ref=main`, 'v1'),
    }),
    check: (story) =>
      expect(story['plan the change'].actions).toEqual(['module.m.terraform_data.two: create']),
  },
  {
    name: '400 resources',
    files: { 'main.tf': many(400) },
    changed: { 'main.tf': many(300) },
    check: (story) => {
      expect(story.plan.actions).toHaveLength(400)
      expect(story['plan the change'].actions).toHaveLength(100)
    },
  },
])

function many(count: number): string {
  return `
resource "terraform_data" "counted" {
  count = ${count / 2}
  input = "number \${count.index}"
}
resource "terraform_data" "each" {
  for_each = toset([for i in range(${count / 2}) : "key \${i}"])
  input    = each.key
}
`
}
