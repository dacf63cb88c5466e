import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const portolan = fileURLToPath(new URL('../../../bin/portolan.mjs', import.meta.url))

let root = ''

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portolan-explain-'))
  await mkdir(path.join(root, 'infra/api'), { recursive: true })
  await writeFile(path.join(root, 'infra/api/main.tf'), '')
  await writeFile(
    path.join(root, 'portolan.yaml'),
    `version: 1
project: shop
values: { replicas: 1, text: "\${{ file('conf.txt') }}" }
environments: { dev: {}, prod: { after: dev } }
components:
  db: { run: "true" }
  api:
    terraform: infra/api
    inputs: { replicas: "\${{ values.replicas * 2 }}", host: "\${{ outputs.db.host }}" }
`,
  )
  await writeFile(path.join(root, 'conf.txt'), 'hello')
})

afterAll(() => rm(root, { recursive: true, force: true }))

/** The command where there is neither a database nor Terraform. */
function explain(...args: string[]) {
  const env = {
    PATH: path.dirname(process.execPath),
    HOME: root,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    PORTOLAN_DATA_DIR: path.join(root, 'data'),
  }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const command = [portolan, '-C', root, 'explain', ...args]
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe('explain', () => {
  test('needs neither database nor Terraform nor git', async () => {
    const { code, stdout, stderr } = await explain('api@prod', '--set', 'replicas=4')
    expect(stderr).toBe('')
    expect(stdout).toContain('api@prod  terraform infra/api')
    expect(stdout).toMatch(/replicas {2}8 .*portolan\.yaml:9:25/)
    expect(stdout).toContain('host      (from db: host)')
    expect(stdout).toMatch(/text {6}hello/)
    expect(code).toBe(0)
  })

  test('finds a part by the end of its path', async () => {
    const { stdout } = await explain('api', 'host', '-e', 'dev', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      workspace: 'api@dev',
      entries: [{ path: 'inputs.host', shown: '(from db: host)', known: false }],
    })
  })

  test('asks for one workspace, and for a path that is there', async () => {
    const [several, typo] = await Promise.all([explain('api'), explain('api@dev', 'hots')])
    expect(several).toMatchObject({ code: 1 })
    expect(several.stderr).toContain('Name one: api@dev, api@prod')
    expect(typo.stderr).toContain('Did you mean `host`')
  })
})
