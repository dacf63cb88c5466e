import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../../src/platform/process/process.ts'
import { labProvider, makeProviderMirror } from './mirror.ts'

let directory = ''
const module = () => path.join(directory, 'module')
const notes = () => path.join(directory, 'notes')

const configuration = (title: string, size: string) => `
terraform {
  required_providers {
    lab = { source = "${labProvider}" }
  }
}
resource "lab_note" "one" {
  title = "${title}"
  body  = "hush hush"
  size  = ${size}
}
data "lab_note" "same" {
  id = lab_note.one.id
}
output "size" {
  value = data.lab_note.same.size
}
`

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'portolan-provider-'))
  await mkdir(module())
  await writeFile(path.join(directory, 'cli.tfrc'), await makeProviderMirror(directory))
})

afterAll(() => rm(directory, { recursive: true }))

async function terraform(...args: string[]) {
  const result = await runCommand('terraform', args, {
    cwd: module(),
    env: {
      PATH: process.env['PATH'] ?? '',
      TF_CLI_CONFIG_FILE: path.join(directory, 'cli.tfrc'),
      LAB_DIRECTORY: notes(),
    },
  })
  return { exitCode: result.exitCode, text: `${result.stdout}${result.stderr}` }
}

const apply = () => terraform('apply', '-auto-approve', '-no-color')
const write = (title: string, size: string) =>
  writeFile(path.join(module(), 'main.tf'), configuration(title, size))

test('serves a resource and a data source to a real Terraform, from creation to destruction', async () => {
  await write('one', '9007199254740993')
  expect(await terraform('init')).toMatchObject({ exitCode: 0 })
  expect((await apply()).text).toContain('size = 9007199254740993')
  expect(await terraform('plan', '-detailed-exitcode')).toMatchObject({ exitCode: 0 })

  await write('one', '1844674407370955161612345')
  expect((await apply()).text).toContain('0 added, 1 changed, 0 destroyed')
  expect(await readFile(path.join(module(), 'terraform.tfstate'), 'utf8')).toContain(
    '"size": 1844674407370955161612345',
  )

  await write('two', '0.1')
  expect((await apply()).text).toContain('1 added, 0 changed, 1 destroyed')

  const [file = ''] = await readdir(notes())
  await writeFile(path.join(notes(), file), '{"title":"two","body":"changed","size":"0.1"}')
  expect((await terraform('plan', '-no-color')).text).toContain('0 to add, 1 to change')
  await rm(path.join(notes(), file))
  expect((await terraform('plan', '-no-color')).text).toContain('1 to add, 0 to change')

  await apply()
  expect(await terraform('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 })
  expect(await readdir(notes())).toEqual([])
})
