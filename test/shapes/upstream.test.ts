import { expect } from 'vitest'
import { block, output, resource } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import { testShapes } from './suite.ts'

testShapes('upstream', [
  {
    name: 'the state file of a neighbouring module, by a relative path',
    module: 'infra/app',
    files: {
      'infra/network/main.tf': output('cidr', '"10.0.0.0/8"'),
      'infra/app/main.tf': reading('cidr'),
    },
    prepare: async (_place, tool) => {
      await tool.terraform('-chdir=../network', 'init')
      await tool.terraform('-chdir=../network', 'apply', '-auto-approve')
    },
    changed: { 'infra/app/main.tf': reading('cidr') + resource('more', '1') },
    check: (story) => expect(attributeOf(story.apply, 'one', 'input')).toBe('10.0.0.0/8'),
  },
])

function reading(name: string): string {
  const source = 'backend = "local"\nconfig = {\npath = "../network/terraform.tfstate"\n}'
  return (
    block('data "terraform_remote_state" "network"', source) +
    resource('one', `data.terraform_remote_state.network.outputs.${name}`)
  )
}
