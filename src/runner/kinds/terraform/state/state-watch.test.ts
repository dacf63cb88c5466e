import { open } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { test } from '../../../../../test/support/runner-job.ts'
import { LiveState } from '../../../state/live-state.ts'
import { StateWatch } from './state-watch-runner.ts'

const state = (serial: number) =>
  Buffer.from(
    JSON.stringify({ lineage: 'l', serial, resources: [], padding: 'x'.repeat(serial * 97) }),
  )

test('only complete states with a higher serial come through, however they are written', async ({
  root,
}) => {
  const file = path.join(root, 'terraform.tfstate')
  const sent: Buffer[] = []
  let busy = 0
  let overlapped = false
  const live = new LiveState(
    async (bytes) => {
      busy += 1
      overlapped ||= busy > 1
      await new Promise((resolve) => setTimeout(resolve, 2))
      busy -= 1
      sent.push(bytes)
    },
    { lineage: 'l', serial: 3, instances: 0 },
  )
  const watch = new StateWatch(file, live)
  for (let serial = 1; serial <= 40; serial += 1) {
    // In place and in pieces, as Terraform writes: a reader sees it torn.
    const handle = await open(file, 'w')
    const bytes = state(serial)
    for (let at = 0; at < bytes.length; at += 400) {
      await handle.write(bytes.subarray(at, at + 400))
      if (at % 1200 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await handle.close()
  }
  while (sent.at(-1)?.equals(state(40)) !== true) await new Promise((r) => setTimeout(r, 5))
  await watch.stop()
  const serials = sent.map((bytes) => JSON.parse(bytes.toString()).serial)
  expect(serials).toEqual([...serials].sort((a, b) => a - b))
  expect(serials.every((serial) => serial > 3)).toBe(true)
  expect(sent.every((bytes, index) => bytes.equals(state(serials[index])))).toBe(true)
  expect(overlapped).toBe(false)
})

test('a state that is no newer is complete, but does not count', async () => {
  const sent: Buffer[] = []
  const live = new LiveState(async (bytes) => void sent.push(bytes), {
    lineage: 'l',
    serial: 3,
    instances: 0,
  })
  expect(live.offer(state(2))).toBe(true)
  expect(live.offer(state(3))).toBe(true)
  expect(live.newest).toBeUndefined()
  live.offer(state(5))
  live.offer(state(4))
  await live.settle(1000)
  expect(sent).toEqual([state(5)])
})

test('the newest state lands in the end when the port fails again and again', async () => {
  const sent: number[] = []
  let failures = 4
  const live = new LiveState(async (bytes) => {
    failures -= 1
    if (failures >= 0) throw new Error('away')
    sent.push(JSON.parse(bytes.toString()).serial)
  }, undefined)
  for (const serial of [1, 2, 3]) expect(live.offer(state(serial))).toBe(true)
  expect(live.offer(Buffer.from('{"torn'))).toBe(false)
  expect(await live.settle(5000)).toBe(true)
  expect(sent.at(-1)).toBe(3)
  expect(live.newest).toEqual(state(3))
})

test('waiting for a port that never answers ends', async () => {
  const live = new LiveState(() => new Promise(() => {}), undefined)
  live.offer(state(1))
  expect(await live.settle(20)).toBe(false)
})
