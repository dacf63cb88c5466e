import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { test } from '../support/database.ts'
import { dump } from './database.ts'
import { expectDone, openLaptop } from './laptop.ts'
import { instead } from './tool.ts'

// Everything but colours: titles, clearing, bells.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
const escapes = /\u001b\]|\u001b\[2J|\u0007/

const canaries = {
  variable: 'canary-of-a-variable-4711',
  environment: 'canary-of-the-environment-4712',
  output: 'canary-of-an-output-4713',
}

test('a component that prints 100 MB, secrets and escape codes: bounded, readable, no secret anywhere but in the state', async ({
  connection,
}) => {
  await using laptop = await openLaptop({ connection })
  laptop.environment['DEPLOY_TOKEN'] = canaries.environment
  laptop.environment['TF_VAR_password'] = canaries.variable
  // The values leave Terraform's sight in files: it cannot hide what it does not know.
  await laptop.write(
    'main.tf',
    `
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "keep" {
  input = { password = var.password, made = "${canaries.output}" }
  provisioner "local-exec" {
    command     = "printf %s \\"$VALUE\\" > ../value"
    environment = { VALUE = var.password }
  }
}
resource "terraform_data" "print" {
  depends_on = [terraform_data.keep]
  provisioner "local-exec" { command = "sh ../print.sh" }
}
output "password" {
  value     = terraform_data.keep.output.password
  sensitive = true
}
output "derived" {
  value     = terraform_data.keep.output.made
  sensitive = true
}
`,
  )
  await laptop.write(
    '../print.sh',
    String.raw`
printf 'bell \007 title \033]0;owned\007 clear \033[2J\033[H red \033[31mred\033[0m\n'
echo "token $DEPLOY_TOKEN"; echo "password $(cat ../value)"; base64 < ../value
`,
  )

  // Of its own provisioners Terraform passes on a megabyte in a second: the flood comes around it.
  await instead(
    laptop,
    String.raw`
if [ "$1" = apply ]; then
  yes "$(head -c 990 /dev/zero | tr '\0' 'x') $TF_VAR_password" | head -c 104857600
  echo; "$REAL" "$@" || exit 1
  echo "the last words, $DEPLOY_TOKEN"; exit 0
fi`,
  )

  const ended = expectDone(await laptop.run('apply', '--auto-approve'))
  const logs = expectDone(await laptop.run('logs', 'run-1'))
  const shown = await laptop.run('outputs')
  const json = await laptop.run('logs', 'run-1', '--json')

  expect(logs.stdout).toContain('MiB of output were left out here')
  expect(logs.stdout).toContain('the last words, (sensitive value)')
  expect(logs.stdout).toContain('password (sensitive value)')
  for (const { stdout, stderr } of [ended, logs, shown, json]) {
    expect(stdout.length).toBeLessThan(80 * 1024 * 1024)
    expectNoSecret(stdout + stderr, [canaries.variable, canaries.environment])
    expect(stdout + stderr).not.toMatch(escapes)
  }
  expectNoSecret(shown.stdout + shown.stderr, Object.values(canaries))
  await laptop.sql('update state_versions set content = $$$$::bytea')
  expectNoSecret(await dump(laptop), [canaries.variable, canaries.environment])
  for (const name of await readdir(laptop.dataHome, { recursive: true })) {
    if (name.endsWith('terraform.tfstate')) continue
    const text = await readFile(path.join(laptop.dataHome, name), 'latin1').catch(() => '')
    expectNoSecret(text, [canaries.variable, canaries.environment])
  }
})

function expectNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
      const at = text.indexOf(form)
      expect(at < 0 ? '' : text.slice(Math.max(0, at - 80), at + 80)).toBe('')
    }
  }
}
