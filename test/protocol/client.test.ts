import { describe, expect } from 'vitest'
import type { StateVersion } from '../../src/state/index.ts'
import { test as base, type Door } from '../support/door.ts'
import { lockText, send, stateText } from '../support/raw-client.ts'
import type { Module } from '../support/terraform.ts'

const two = `
variable "input" { default = "one" }
resource "terraform_data" "a" { input = var.input }
resource "terraform_data" "b" { input = "b" }
output "a" { value = terraform_data.a.output }
output "hidden" {
  value     = "s3cret"
  sensitive = true
}
`

interface Fixtures {
  /** A root module, initialised, whose workspace the server has never heard of. */
  readonly module: Module
  readonly history: () => Promise<StateVersion[]>
}

const test = base.extend<Fixtures>({
  module: async ({ door, token, terraform }, use) => {
    const module = await terraform.module(two, {
      address: `${door.url}/state/shop/network@prod`,
      token,
    })
    await module.ok('init')
    await use(module)
  },
  history: async ({ door }, use) => {
    await use(async () => door.state.history(await network(door), { limit: 50 }))
  },
})

const network = (door: Door) => door.workspace('shop/network@prod')
const apply = ['apply', '-auto-approve'] as const

describe('a real terraform', () => {
  test('begins from nothing, applies, reads and destroys', async ({ door, module, history }) => {
    expect((await module.ok('plan')).text).toContain('2 to add')
    await module.ok(...apply)

    expect((await module.ok('plan', '-detailed-exitcode')).text).toContain('No changes')
    expect((await module.ok('output', '-raw', 'a')).stdout).toBe('one')
    expect((await module.ok('output', '-raw', 'hidden')).stdout).toBe('s3cret')
    expect((await module.ok('state', 'list')).stdout).toBe('terraform_data.a\nterraform_data.b\n')
    expect((await module.ok('state', 'show', 'terraform_data.a')).text).toContain('"one"')
    await module.ok('destroy', '-auto-approve')

    expect(await history()).toMatchObject([
      {
        cause: 'client',
        actor: expect.stringMatching(/^token-1 \(.+@.+\)$/),
        terraformVersion: '1.11.4',
      },
      { cause: 'client' },
    ])
    expect(await door.state.heldLock(await network(door))).toBeUndefined()
    expect(await door.state.quarantined(await network(door))).toEqual([])
  })

  test('what is pulled is what was recorded', async ({ door, module }) => {
    await module.ok(...apply)

    const pulled = (await module.ok('state', 'pull')).stdout
    const current = await door.state.currentBytes(await network(door))

    expect(JSON.parse(pulled)).toEqual(JSON.parse(current?.bytes.toString() ?? ''))
  })

  test('saves a plan and applies it; a stale one is refused', async ({ module, history }) => {
    await module.ok('plan', '-out=first')
    await module.ok('plan', '-out=second')
    await module.ok('apply', 'first')

    const stale = await module.run('apply', 'second')

    expect(stale.exitCode).toBe(1)
    expect(stale.text).toContain('Saved plan is stale')
    expect(await history()).toHaveLength(1)
  })

  test('moves, removes, taints: each says so in the history', async ({ module, history }) => {
    await module.ok(...apply)
    await module.ok('state', 'mv', 'terraform_data.b', 'terraform_data.c')
    await module.ok('taint', 'terraform_data.a')
    await module.ok('untaint', 'terraform_data.a')
    await module.ok('state', 'rm', 'terraform_data.c')
    await module.ok('apply', '-refresh-only', '-auto-approve')

    expect((await history()).map((version) => version.cause)).toEqual([
      'rm',
      'taint',
      'taint',
      'mv',
      'client',
    ])
  })

  test('pulls, is edited, pushes; a push of what is there asks for nothing', async ({
    module,
    history,
  }) => {
    await module.ok(...apply)
    const state = JSON.parse((await module.ok('state', 'pull')).stdout)
    await module.write('same.tfstate', JSON.stringify(state))
    await module.write(
      'next.tfstate',
      JSON.stringify({ ...state, serial: state.serial + 1, outputs: {} }),
    )
    await module.ok('state', 'push', 'same.tfstate')
    await module.ok('state', 'push', 'next.tfstate')

    expect((await history()).map((version) => version.cause)).toEqual(['push', 'client'])
  })

  test('a forced push of an older state is refused: force is for portolan state push', async ({
    door,
    module,
    history,
  }) => {
    await module.ok(...apply)
    const old = (await module.ok('state', 'pull')).stdout
    await module.ok('apply', '-auto-approve', '-var=input=two')
    await module.write('old.tfstate', old)

    const forced = await module.run('state', 'push', '-force', 'old.tfstate')

    expect(forced.exitCode).toBe(1)
    expect(forced.text).toContain('409')
    expect(await history()).toHaveLength(2)
    expect(await door.state.quarantined(await network(door))).toHaveLength(1)
  })

  test('imports with a block and with the command', async ({ module, history }) => {
    await module.write(
      'import.tf',
      `
      import {
        to = terraform_data.a
        id = "imported"
      }`,
    )
    await module.ok(...apply)
    await module.ok('state', 'rm', 'terraform_data.b')
    await module.ok('import', 'terraform_data.b', 'again')

    expect((await module.ok('state', 'list')).stdout).toContain('terraform_data.b')
    expect((await history()).map((version) => version.cause)).toEqual(['import', 'rm', 'client'])
  })

  test('is read by another module through terraform_remote_state', async ({
    door,
    module,
    terraform,
    token,
  }) => {
    const reader = await door.token('state:read')
    await module.ok(...apply)
    const address = `${door.url}/state/shop/network@prod`
    const other = await terraform.module(
      `
      data "terraform_remote_state" "network" {
        backend = "http"
        config = { address = "${address}", username = "x", password = "${reader}" }
      }
      output "seen" { value = data.terraform_remote_state.network.outputs.a }
      `,
      { address: `${door.url}/state/shop/app@prod`, token },
    )
    await other.ok('init')
    await other.ok(...apply)

    expect((await other.ok('output', '-raw', 'seen')).stdout).toBe('one')
  })

  test('reads nothing where nothing is: terraform_remote_state fails, it does not invent', async ({
    door,
    terraform,
    token,
  }) => {
    const module = await terraform.module(
      `data "terraform_remote_state" "none" {
        backend = "http"
        config = { address = "${door.url}/state/shop/none@prod", username = "x", password = "${token}" }
      }`,
      { address: `${door.url}/state/shop/app@prod`, token },
    )
    await module.ok('init')

    expect((await module.run('plan')).text).toContain('Unable to find remote state')
  })

  test('brings an existing local state with init -migrate-state', async ({
    door,
    terraform,
    token,
    history,
  }) => {
    const module = await terraform.module(two, {
      address: `${door.url}/state/shop/network@prod`,
      token,
    })
    const backend = await module.read('backend.tf')
    await module.write('backend.tf', '')
    await module.ok('init')
    await module.ok(...apply)
    await module.write('backend.tf', backend)

    await module.ok('init', '-migrate-state', '-force-copy')

    expect((await module.ok('plan', '-detailed-exitcode')).text).toContain('No changes')
    expect(await history()).toMatchObject([{ cause: 'adopt', lockId: expect.any(String) }])
  })

  test('without locks works alone', async ({ module, history }) => {
    await module.ok('apply', '-auto-approve', '-lock=false')
    await module.ok('apply', '-auto-approve', '-lock=false', '-var=input=two')

    expect(await history()).toMatchObject([{ lockId: undefined }, { lockId: undefined }])
  })

  test('names with slashes, spaces and letters of the world are their own workspaces', async ({
    door,
    terraform,
    token,
  }) => {
    const names = ['infra/network', 'infra%20net', 'réseau', 're%CC%81seau', 'Infra/network']
    for (const name of names) {
      const module = await terraform.module(two, {
        address: `${door.url}/state/shop/${name}@prod`,
        token,
      })
      await module.ok('init')
      await module.ok(...apply)
    }

    const components = (await door.projects.list()).map((workspace) => workspace.component)
    expect(components.sort()).toEqual(
      ['infra/network', 'infra net', 'r\u00e9seau', 're\u0301seau', 'Infra/network'].sort(),
    )
  })
})

describe('a lock that somebody holds', () => {
  const held = JSON.stringify({
    ID: 'l1',
    Operation: 'OperationTypeApply',
    Info: '',
    Who: 'alice@laptop',
    Version: '',
    Created: '',
    Path: '',
  })

  test('refuses readably, showing the holder', async ({ door, module, token }) => {
    await send(door.url, 'LOCK', '/state/shop/network@prod', { token, body: held })

    const refused = await module.run(...apply)

    expect(refused.exitCode).toBe(1)
    expect(refused.text).toContain(
      'HTTP remote state already locked: ID=terraform apply by token-1 (alice@laptop), since',
    )
  })

  test('is waited for with -lock-timeout', async ({ door, module, token, history }) => {
    await send(door.url, 'LOCK', '/state/shop/network@prod', { token, body: held })
    const waiting = await module.start('apply', '-auto-approve', '-lock-timeout=30s')
    await expect
      .poll(() => door.log.some((line) => line['status'] === 423), { timeout: 10_000 })
      .toBe(true)

    await send(door.url, 'UNLOCK', '/state/shop/network@prod', { token, body: held })

    expect(await waiting.ended).toMatchObject({ exitCode: 0 })
    expect(await history()).toHaveLength(1)
  })

  test('gives way to force-unlock, with the permission', async ({
    door,
    terraform,
    module,
    token,
  }) => {
    await module.ok(...apply)
    await send(door.url, 'LOCK', '/state/shop/network@prod', { token, body: held })

    const refused = await module.run('force-unlock', '-force', 'whatever')
    expect(refused.exitCode).toBe(1)
    const strong = await terraform.module(two, {
      address: `${door.url}/state/shop/network@prod`,
      token: await door.token('state:read', 'state:write', 'state:force-unlock'),
    })
    await strong.ok('init')
    await strong.ok('force-unlock', '-force', 'whatever')

    expect(await door.state.heldLock(await network(door))).toBeUndefined()
    await module.ok('apply', '-auto-approve', '-var=input=two')
  })
})

describe('a state at risk', () => {
  test('refuses applies readably until a person decides; plans go on', async ({
    door,
    module,
    token,
  }) => {
    await module.ok(...apply)
    const [path, lock] = ['/state/shop/network@prod', lockText('l1')]
    await send(door.url, 'LOCK', path, { token, body: lock })
    const lost = stateText({ serial: 9, lineage: 'another' })
    const rejected = await send(door.url, 'POST', `${path}?ID=l1`, { token, body: lost })
    await send(door.url, 'UNLOCK', path, { token, body: lock })
    expect(rejected.status).toBe(409)

    const refused = await module.run('apply', '-auto-approve', '-var=input=two')
    expect(refused.exitCode).toBe(1)
    expect(refused.text).toMatch(/already locked: ID=[^.]*at risk/)
    await module.ok('plan')
    const [kept] = await door.state.quarantined(await network(door))
    await door.state.dismiss(kept?.id ?? '', { actor: 'alice', reason: 'a test' })

    await module.ok('apply', '-auto-approve', '-var=input=two')
  })
})

describe('without permission', () => {
  test.for([
    [[], 'invalid auth'],
    [['state:write'], 'invalid auth'],
  ] as const)(
    'a token with %j is told so and plans nothing',
    async ([permissions, said], { door, terraform, module }) => {
      await module.ok(...apply)
      const token =
        permissions.length === 0
          ? await door.token('state:read-raw')
          : await door.token(...permissions)
      const other = await terraform.module(two, {
        address: `${door.url}/state/shop/network@prod`,
        token,
      })

      const init = await other.run('init')
      const plan = await other.run('plan')

      expect(`${init.text} ${plan.text}`).toContain(said)
      expect(plan.exitCode).toBe(1)
      expect(plan.text).not.toContain('to add')
    },
  )

  test('a token that is wrong', async ({ door, terraform }) => {
    const module = await terraform.module(two, {
      address: `${door.url}/state/shop/network@prod`,
      token: 'ptl_wrong',
    })

    expect((await module.run('init')).text + (await module.run('plan')).text).toContain(
      'requires auth',
    )
  })

  test('a token that only reads plans without a lock and applies nothing', async ({
    door,
    terraform,
    module,
    history,
  }) => {
    await module.ok(...apply)
    const reader = await terraform.module(two, {
      address: `${door.url}/state/shop/network@prod`,
      token: await door.token('state:read'),
    })
    await reader.ok('init')

    expect((await reader.ok('plan', '-lock=false')).text).toContain('No changes')
    expect((await reader.run('apply', '-auto-approve', '-var=input=two')).exitCode).toBe(1)
    expect(await history()).toHaveLength(1)
  })
})
