import { expect } from 'vitest'
import { block, output, resource } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import { testShapes } from './suite.ts'

const one = (input: string) => resource('one', input)
const version = (constraint: string) => block('terraform', `required_version = "${constraint}"`)
const neverPlanned = { plan: 'failed', apply: 'failed', 'plan again': 'failed' } as const

testShapes('language', [
  {
    name: 'resources and outputs, no backend',
    files: { 'main.tf': one('"v1"') + output('it', 'terraform_data.one.output') },
    changed: { 'main.tf': one('"v2"') + output('it', 'terraform_data.one.output') },
    check: (story) => {
      expect(story.plan.actions).toEqual(['output.it', 'terraform_data.one: create'])
      expect(story['apply the change'].state?.outputs).toMatchObject({ it: { value: 'v2' } })
      expect(story.destroy.state?.resources).toEqual([])
    },
  },
  {
    name: 'no resources at all',
    files: { 'main.tf': output('it', '1') },
    changed: { 'main.tf': output('it', '2') },
  },
  {
    name: 'JSON syntax',
    files: { 'main.tf.json': '{"resource":{"terraform_data":{"one":{"input":"v1"}}}}' },
    changed: { 'main.tf.json': '{"resource":{"terraform_data":{"one":{"input":"v2"}}}}' },
  },
  {
    name: 'replacement, also with creation before destruction',
    files: { 'main.tf': replaced('v1') },
    changed: { 'main.tf': replaced('v2') },
    check: (story) =>
      expect(story['plan the change'].actions).toEqual([
        'terraform_data.new_first: replace',
        'terraform_data.old_first: replace',
      ]),
  },
  {
    name: 'moved resources',
    files: { 'main.tf': one('"v1"') },
    changed: {
      'main.tf':
        resource('two', '"v1"') +
        block('moved', 'from = terraform_data.one\nto = terraform_data.two'),
    },
    check: (story) =>
      expect(story['plan the change'].actions).toEqual(['terraform_data.two: move']),
  },
  {
    name: 'removed resources that stay in the world',
    files: { 'main.tf': one('"v1"') },
    changed: {
      'main.tf': block('removed', 'from = terraform_data.one\nlifecycle {\ndestroy = false\n}'),
    },
    check: (story) =>
      expect(story['plan the change'].actions).toEqual(['terraform_data.one: forget']),
  },
  {
    name: 'import blocks',
    files: {
      'main.tf': block('import', 'to = terraform_data.one\nid = "known"') + one('null'),
    },
    changed: { 'main.tf': one('"v2"') },
    check: (story) => {
      expect(story.plan.actions).toEqual(['terraform_data.one: import'])
      expect(attributeOf(story.apply, 'one', 'id')).toBe('known')
    },
  },
  {
    name: 'a check that fails is a warning',
    files: { 'main.tf': checked('v1') },
    changed: { 'main.tf': checked('v2') },
    check: (story) => expect(story.apply.text).toContain('the note is not v3'),
  },
  {
    name: 'a precondition that fails is an error',
    files: { 'main.tf': guarded('v1') },
    changed: { 'main.tf': guarded('v2') },
    ends: neverPlanned,
    check: (story) => expect(story.plan.text).toContain('v1 is not wanted'),
  },
  {
    name: 'a required version that is satisfied',
    files: { 'main.tf': version('~> 1.5') + one('"v1"') },
    changed: { 'main.tf': version('>= 1.5') + one('"v2"') },
  },
  {
    name: 'a required version that is not',
    files: { 'main.tf': version('< 0.13') + one('"v1"') },
    changed: { 'main.tf': one('"v2"') },
    ends: neverPlanned,
    check: (story) => expect(story.plan.text).toContain('Unsupported Terraform Core version'),
  },
  {
    name: 'a syntax error',
    files: { 'main.tf': 'resource "terraform_data" "one" {' },
    changed: { 'main.tf': one('"v2"') },
    ends: neverPlanned,
    check: (story) => expect(story.plan.text).toContain('main.tf'),
  },
  {
    name: 'a resource that must not be destroyed',
    files: { 'main.tf': kept('v1') },
    changed: { 'main.tf': kept('v2') },
    ends: { destroy: 'failed' },
    check: (story) => {
      expect(story.destroy.text).toContain('terraform_data.one')
      expect(story.destroy.state?.resources).toHaveLength(1)
    },
  },
  {
    name: 'the default workspace',
    files: { 'main.tf': one('terraform.workspace') },
    changed: { 'main.tf': one('upper(terraform.workspace)') },
    check: (story) => expect(attributeOf(story.apply, 'one', 'input')).toBe('default'),
  },
  {
    name: 'another workspace',
    workspace: 'staging',
    files: { 'main.tf': one('terraform.workspace') },
    changed: { 'main.tf': one('upper(terraform.workspace)') },
    check: (story) => expect(attributeOf(story.apply, 'one', 'input')).toBe('staging'),
  },
])

function replaced(trigger: string): string {
  return `
resource "terraform_data" "old_first" {
  triggers_replace = "${trigger}"
}
resource "terraform_data" "new_first" {
  triggers_replace = "${trigger}"
  lifecycle {
    create_before_destroy = true
  }
}
`
}

function kept(value: string): string {
  return `
resource "terraform_data" "one" {
  input = "${value}"
  lifecycle {
    prevent_destroy = true
  }
}
`
}

function checked(value: string): string {
  return `
${one(`"${value}"`)}
check "note" {
  assert {
    condition     = terraform_data.one.output == "v3"
    error_message = "the note is not v3"
  }
}
`
}

function guarded(value: string): string {
  return `
locals {
  wanted = "${value}"
}
resource "terraform_data" "one" {
  input = local.wanted
  lifecycle {
    precondition {
      condition     = local.wanted != "v1"
      error_message = "v1 is not wanted"
    }
  }
}
`
}
