import { expect } from 'vitest'
import { resource } from './hcl.ts'
import { testShapes } from './suite.ts'

testShapes('failures', [
  {
    name: 'a provisioner that fails half-way, repaired by the next apply',
    files: { 'main.tf': provisioned('exit 7') },
    changed: { 'main.tf': provisioned('true') },
    ends: { apply: 'failed', 'plan again': 'changes' },
    check: (story) => {
      const kept = story.apply.state?.resources ?? []
      expect(kept.map(({ name, instances }) => [name, instances[0]?.status])).toEqual([
        ['before', undefined],
        ['failing', 'tainted'],
      ])
      expect(story['plan the change'].actions).toEqual([
        'terraform_data.after: create',
        'terraform_data.failing: replace',
      ])
    },
  },
  {
    name: 'a destruction that fails keeps what is left',
    files: { 'main.tf': undestroyable('false') },
    changed: { 'main.tf': `${undestroyable('false')}${resource('more', '1')}` },
    ends: { destroy: 'failed' },
    check: (story) =>
      expect(story.destroy.state?.resources?.map(({ name }) => name)).toEqual(['one']),
  },
])

function provisioned(command: string): string {
  return `
${resource('before', '"done"')}
resource "terraform_data" "failing" {
  input = terraform_data.before.output
  provisioner "local-exec" {
    command = "${command}"
  }
}
${resource('after', 'terraform_data.failing.output')}
`
}

function undestroyable(command: string): string {
  return `
resource "terraform_data" "one" {
  provisioner "local-exec" {
    when    = destroy
    command = "${command}"
  }
}
`
}
