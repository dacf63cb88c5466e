import { describe, expect } from 'vitest'
import { test } from './cli.ts'

const echo = `
variable "a" { default = "default" }
output "a" { value = var.a }
`

describe('one variable given in two ways', () => {
  test('has the value of the later on the command line, as in Terraform', async ({ cli }) => {
    await cli.write('main.tf', echo)
    await cli.write('f.tfvars', 'a = "file"\n')
    const outcome = async (...flags: string[]) => {
      const applied = await cli.run('apply', '--auto-approve', ...flags)
      expect(applied.stderr).toBe('')
      return (await cli.run('outputs', '--raw', 'a')).stdout
    }
    expect(await outcome('-var', 'a=value', '-var-file', 'f.tfvars')).toBe('file')
    expect(await outcome('-var-file=f.tfvars', '-var=a=value')).toBe('value')
  })

  test('is refused when the later file cannot be read', async ({ cli }) => {
    await cli.write('main.tf', echo)
    await cli.write('f.tfvars', 'a = [\n')
    const refused = await cli.run('plan', '-var', 'a=hidden', '-var-file', 'f.tfvars')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('-var a stands before -var-file ')
    expect(refused.stderr).not.toContain('hidden')
  })
})

describe('-parallelism', () => {
  const alone = `
resource "terraform_data" "one" {
  count = 3
  provisioner "local-exec" { command = "mkdir busy && sleep 0.2 && rmdir busy" }
}
`
  test('reaches the apply, also that of a plan that was kept', async ({ cli }) => {
    await cli.write('main.tf', alone)
    const many = await cli.run('apply', '--auto-approve')
    expect(many.stderr).toContain('failed')
    await cli.run('apply', '--auto-approve', '-parallelism=1')
    await cli.run('destroy', '--auto-approve')
    expect((await cli.run('apply', '--auto-approve', '-parallelism=1')).stderr).toBe('')
    await cli.run('destroy', '--auto-approve')
    await cli.run('plan', '-parallelism', '1')
    expect((await cli.run('apply', 'run-6')).stderr).toBe('')
  })

  test('must be a whole number', async ({ cli }) => {
    await cli.write('main.tf', alone)
    expect((await cli.run('plan', '-parallelism=many')).stderr).toContain(
      '-parallelism must be a whole number above 0',
    )
  })
})
