import { describe, expect } from 'vitest'
import { test as base, type Door } from '../support/door.ts'
import type { Fault } from '../support/faulty-proxy.ts'
import type { Module } from '../support/terraform.ts'

const one = `
variable "input" { default = "one" }
resource "terraform_data" "a" { input = var.input }
`

const test = base.extend<{ module: Module }>({
  /** A root module that was applied once, and reaches the server through the proxy. */
  module: async ({ proxy, token, terraform }, use) => {
    const module = await terraform.module(one, {
      address: `${proxy.url}/state/shop/network@prod`,
      token,
    })
    await module.ok('init')
    await module.ok('apply', '-auto-approve')
    await use(module)
  },
})

const change = ['apply', '-auto-approve', '-var=input=two'] as const

async function outcome(door: Door) {
  const workspace = await door.workspace('shop/network@prod')
  return {
    versions: (await door.state.history(workspace, { limit: 50 })).length,
    lock: await door.state.heldLock(workspace),
    quarantined: (await door.state.quarantined(workspace)).length,
    atRisk: await door.state.atRisk(workspace),
  }
}

const well = { versions: 2, lock: undefined, quarantined: 0, atRisk: undefined }

describe('the real client ends well', () => {
  const faults: readonly (readonly [string, string, Fault])[] = [
    ['the reply to LOCK is lost', 'LOCK', { kind: 'drop-reply' }],
    ['the reply to POST is lost', 'POST', { kind: 'drop-reply' }],
    ['the reply to UNLOCK is lost', 'UNLOCK', { kind: 'drop-reply' }],
    ['LOCK is lost', 'LOCK', { kind: 'drop-request' }],
    ['POST is lost', 'POST', { kind: 'drop-request' }],
    ['UNLOCK is lost', 'UNLOCK', { kind: 'drop-request' }],
    ['LOCK comes twice', 'LOCK', { kind: 'duplicate' }],
    ['POST comes twice', 'POST', { kind: 'duplicate' }],
    ['UNLOCK comes twice', 'UNLOCK', { kind: 'duplicate' }],
    ['GET is answered 502', 'GET', { kind: 'answer', status: 502 }],
    ['POST is answered 502', 'POST', { kind: 'answer', status: 502 }],
    ['POST is late', 'POST', { kind: 'delay', milliseconds: 300 }],
    ['POST breaks off after 100 bytes', 'POST', { kind: 'reset', after: 100 }],
  ]

  test.concurrent.for(faults)('when %s', async ([, method, fault], { door, proxy, module }) => {
    proxy.fail({ method, nth: 1, fault })

    await module.ok(...change)

    expect(await outcome(door)).toEqual(well)
    expect((await module.ok('state', 'pull')).stdout).toContain('"two"')
  })

  test('when the replies to all three are lost', async ({ door, proxy, module }) => {
    for (const method of ['LOCK', 'POST', 'UNLOCK']) {
      proxy.fail({ method, nth: 1, fault: { kind: 'drop-reply' } })
    }

    await module.ok(...change)

    expect(await outcome(door)).toEqual(well)
    expect(proxy.log.filter((line) => line === 'POST 200')).toHaveLength(3)
  })
})

describe('a state that cannot land', () => {
  test('is left in errored.tfstate, and pushed later', async ({ door, proxy, module }) => {
    proxy.fail({ method: 'POST', nth: 'every', fault: { kind: 'drop-request' } })
    const failed = await module.run(...change)
    expect(failed.exitCode).toBe(1)
    expect(failed.text).toContain('errored.tfstate')
    expect(await outcome(door)).toMatchObject({ versions: 1, lock: undefined })

    await pushPast(module, door)

    expect(await outcome(door)).toEqual(well)
    expect((await module.ok('plan', '-detailed-exitcode', '-var=input=two')).text).toContain(
      'No changes',
    )
  })

  test('did land when only its replies were lost: the later push changes nothing', async ({
    door,
    proxy,
    module,
  }) => {
    proxy.fail({ method: 'POST', nth: 'every', fault: { kind: 'drop-reply' } })
    const failed = await module.run(...change)
    expect(failed.exitCode).toBe(1)
    expect(await outcome(door)).toEqual(well)

    await pushPast(module, door)

    expect(await outcome(door)).toEqual(well)
  })

  test('that is damaged on its way is refused, not recorded', async ({ door, proxy, module }) => {
    proxy.fail({ method: 'POST', nth: 'every', fault: { kind: 'truncate', to: 150 } })

    const failed = await module.run(...change)

    expect(failed.text).toContain('HTTP error: 400')
    expect(proxy.log).toContain('POST 400')
    expect(await outcome(door)).toMatchObject({ versions: 1, quarantined: 0 })
  })

  /** With the network mended. */
  async function pushPast(module: Module, door: Door): Promise<void> {
    const address = `-backend-config=address=${door.url}/state/shop/network@prod`
    const lock = `-backend-config=lock_address=${door.url}/state/shop/network@prod`
    const unlock = `-backend-config=unlock_address=${door.url}/state/shop/network@prod`
    await module.ok('init', '-reconfigure', address, lock, unlock)
    await module.ok('state', 'push', 'errored.tfstate')
  }
})
