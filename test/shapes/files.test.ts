import { expect } from 'vitest'
import { resource } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import { testShapes } from './suite.ts'

testShapes('files', [
  {
    name: 'a directory outside of any git repository',
    git: false,
    files: { 'main.tf': resource('one', '"v1"') },
    changed: { 'main.tf': resource('one', '"v2"') },
  },
  {
    name: 'paths that leak into values',
    module: 'infra/app',
    files: {
      'infra/app/main.tf':
        resource('cwd', 'path.cwd') +
        resource('absolute', 'abspath("./file")') +
        resource('root', '[path.root, path.module]'),
    },
    changed: { 'infra/app/more.tf': resource('one', 'abspath(path.root)') },
    check: (story) => {
      expect(attributeOf(story.apply, 'cwd', 'input')).toMatch(/\/repository\/infra\/app$/)
      expect(story['plan the change'].actions).toEqual(['terraform_data.one: create'])
    },
  },
  {
    name: 'files and templates that are read again at apply',
    module: 'app',
    files: {
      'app/main.tf':
        resource('text', 'file("../shared/a.txt")') +
        resource('template', 'templatefile("t.tftpl", { name = terraform_data.text.id })') +
        resource('digest', 'filesha256("../shared/a.txt")') +
        resource('names', 'fileset("../shared", "*.txt")'),
      'app/t.tftpl': `to \${name}\n`,
      'shared/a.txt': 'a text\n',
    },
    changed: { 'shared/a.txt': 'a changed text\n', 'shared/b.txt': 'ß\n' },
    check: (story) =>
      expect(attributeOf(story['apply the change'], 'text', 'input')).toBe('a changed text\n'),
  },
  {
    name: 'spaces and unicode in paths',
    repository: 'Ünïcode répository',
    module: 'infra struktur/日本 (1)',
    files: {
      'infra struktur/日本 (1)/main.tf':
        'module "m" {\n  source = "../mödule ✓"\n  value = path.cwd\n}\n',
      'infra struktur/mödule ✓/main.tf':
        'variable "value" {}\n' +
        resource('one', 'var.value') +
        resource('two', 'file("../mödule ✓/näme.txt")'),
      'infra struktur/mödule ✓/näme.txt': 'v1',
    },
    changed: { 'infra struktur/mödule ✓/näme.txt': 'v2' },
  },
  {
    name: 'hostile names of directories, files and instances',
    repository: '--help; $(touch owned) `touch owned`',
    module: `a'b"c\\d&e|f<g>*?!#~%s/-rf`,
    files: {
      [`a'b"c\\d&e|f<g>*?!#~%s/-rf/main.tf`]: hostile('v1'),
      [`a'b"c\\d&e|f<g>*?!#~%s/-rf/-chdir=x.auto.tfvars`]: 'given = "yes"\n',
    },
    changed: {
      [`a'b"c\\d&e|f<g>*?!#~%s/-rf/main.tf`]: hostile('v2'),
    },
    check: (story) => expect(story.plan.actions).toHaveLength(10),
  },
  {
    name: 'a module behind symbolic links, with linked files',
    module: 'live/app',
    files: {
      'live/app': { link: '../real/app' },
      'real/app/main.tf': { link: '../common/main.tf' },
      'real/app/text.txt': { link: '../common/text.txt' },
      'real/common/main.tf':
        resource('text', 'file("text.txt")') +
        resource('cwd', 'path.cwd') +
        'module "m" {\n  source = "./linked"\n}\n',
      'real/common/text.txt': 'v1',
      'real/app/linked': { link: '../common/module' },
      'real/common/module/main.tf': resource('inside', '"v1"'),
    },
    changed: {
      'real/common/text.txt': 'v2',
      'real/common/module/main.tf': resource('inside', '"v2"'),
    },
    check: (story) =>
      expect(story['plan the change'].actions).toEqual([
        'module.m.terraform_data.inside: update',
        'terraform_data.text: update',
      ]),
  },
])

function hostile(value: string): string {
  return `
variable "given" {}
locals {
  keys = [
    "a\\"] b", "$(touch owned)", "'; rm -rf x; '", "../../x", "line\\nbreak", "\\u202Eright", "--help", "%s%n",
  ]
}
resource "terraform_data" "each" {
  for_each = toset(local.keys)
  input    = "${value} \${each.key} \${var.given} \\u001b[31mred"
}
output "all" {
  value = { for key, one in terraform_data.each : key => one.output }
}
output "there" {
  value = fileexists("owned") || fileexists("../owned")
}
`
}
