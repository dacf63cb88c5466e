import { expect } from 'vitest'
import { block, output, resource } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import { testShapes } from './suite.ts'

const variable = (name: string, body = '') => block(`variable "${name}"`, body)
const shown = (name: string) => variable(name) + resource(name, `var.${name}`)

testShapes('inputs', [
  {
    name: 'terraform.tfvars that git ignores',
    files: {
      '.gitignore': '*.tfvars\n.terraform/\n*.tfstate*\n',
      'main.tf': shown('one'),
      'terraform.tfvars': 'one = "from the ignored file"\n',
    },
    changed: { 'terraform.tfvars': 'one = "changed in the ignored file"\n' },
    check: (story) =>
      expect(attributeOf(story['apply the change'], 'one', 'input')).toBe(
        'changed in the ignored file',
      ),
  },
  {
    name: 'all files that Terraform loads by itself, in their order',
    files: {
      'main.tf': shown('one') + shown('two') + shown('three'),
      'terraform.tfvars': 'one = "a"\ntwo = "a"\nthree = "a"\n',
      'terraform.tfvars.json': '{"two": "b", "three": "b"}',
      'x.auto.tfvars': 'three = "c"\n',
    },
    changed: { 'y.auto.tfvars.json': '{"one": "d"}' },
    check: (story) => {
      expect(attributeOf(story.apply, 'two', 'input')).toBe('b')
      expect(attributeOf(story.apply, 'three', 'input')).toBe('c')
      expect(attributeOf(story['apply the change'], 'one', 'input')).toBe('d')
    },
  },
  {
    name: 'values given by flag, file and environment: the flag wins',
    variables: { one: 'from a flag', list: '["a", "b c", "d\\"e"]' },
    variableFiles: ['given.tfvars'],
    environment: () => ({
      TF_VAR_one: 'environment',
      TF_VAR_two: 'environment',
      TF_VAR_three: '3',
    }),
    files: {
      'main.tf':
        shown('one') +
        shown('two') +
        shown('three') +
        variable('list', 'type = list(string)') +
        resource('list', 'var.list'),
      'given.tfvars': 'one = "file"\ntwo = "file"\n',
    },
    changed: { 'given.tfvars': 'two = "changed file"\n' },
    check: (story) => {
      expect(attributeOf(story.apply, 'one', 'input')).toBe('from a flag')
      expect(attributeOf(story.apply, 'three', 'input')).toBe('3')
      expect(attributeOf(story.apply, 'list', 'input')).toEqual(['a', 'b c', 'd"e'])
      expect(attributeOf(story['apply the change'], 'two', 'input')).toBe('changed file')
    },
  },
  {
    name: 'a data directory that the environment names',
    environment: (place) => ({ TF_DATA_DIR: `${place.beside}/elsewhere` }),
    files: { 'main.tf': shown('one'), 'x.auto.tfvars': 'one = "v1"\n' },
    changed: { 'x.auto.tfvars': 'one = "v2"\n' },
  },
  {
    name: 'a variable without a value',
    files: { 'main.tf': shown('one') },
    changed: { 'terraform.tfvars': 'one = "given at last"\n' },
    ends: { plan: 'failed', apply: 'failed', 'plan again': 'failed' },
  },
  {
    name: 'sensitive and ephemeral values',
    variables: { password: 'correct horse battery', token: 'ephemeral-token-1' },
    files: { 'main.tf': secrets('v1') },
    changed: { 'main.tf': secrets('v2') },
    check: (story) => {
      expect(attributeOf(story.apply, 'secret', 'input')).toBe('correct horse battery')
      expect(JSON.stringify(story.apply.state)).not.toContain('ephemeral-token-1')
    },
    // Plain Terraform prints the password: the mark of an input does not pass to its output.
    checkOurs: (story) => {
      for (const { text } of Object.values(story)) {
        expect(text).not.toContain('correct horse battery')
        expect(text).not.toContain('ephemeral-token-1')
      }
    },
  },
  {
    name: 'numbers beyond 2^53',
    variables: { flag: '9007199254740993' },
    files: { 'main.tf': numbers('1'), 'x.auto.tfvars': 'file = 12345678901234567890123\n' },
    changed: { 'main.tf': numbers('1e400'), 'x.auto.tfvars': 'file = 0.1234567890123456789012\n' },
    check: (story) => {
      expect(attributeOf(story.apply, 'flag', 'input')).toBe('number 9007199254740993')
      expect(story.apply.state?.outputs).toMatchObject({
        file: { value: 'number 12345678901234567890123' },
      })
      expect(attributeOf(story['apply the change'], 'file', 'input')).toBe(
        'number 0.1234567890123456789012',
      )
    },
  },
])

function secrets(value: string): string {
  return `
variable "password" {
  sensitive = true
}
variable "token" {
  ephemeral = true
}
${resource('secret', 'var.password')}
resource "terraform_data" "with_provisioner" {
  triggers_replace = "${value}"
  provisioner "local-exec" {
    environment = { TOKEN = var.token }
    command     = "test $TOKEN = ephemeral-token-1"
  }
}
output "password" {
  value     = terraform_data.secret.output
  sensitive = true
}
`
}

function numbers(literal: string): string {
  return `
variable "flag" {
  type = number
}
variable "file" {
  type = number
}
${resource('flag', 'var.flag')}
${resource('file', 'var.file')}
${resource('literal', literal)}
${output('file', 'terraform_data.file.output')}
`
}
