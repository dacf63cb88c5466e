import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claim, isClaimed } from './claim.ts'
import { identityOf, isAlive, ownIdentity } from './identity.ts'
import { startCommand } from './process.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'portolan-claim-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const program = `
import { appendFileSync } from 'node:fs'
import { claim } from ${JSON.stringify(path.join(import.meta.dirname, 'claim.ts'))}
const [directory, log] = process.argv.slice(1)
for (let round = 0; round < 5; round += 1) {
  const held = await claim(directory)
  appendFileSync(log, 'in\\n')
  await new Promise((resolve) => setTimeout(resolve, 3))
  appendFileSync(log, 'out\\n')
  await held.release()
}
console.log('ready')
if (process.argv[3] === 'hold') { await claim(directory); console.log('holding'); setInterval(() => {}, 1000) }
`

function start(...args: readonly string[]) {
  const output: string[] = []
  const child = startCommand(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', program, ...args],
    { env: {}, onOutput: (chunk) => void output.push(chunk.toString()) },
  )
  return { child, output }
}

test('one holder at a time, over several processes', async () => {
  const log = path.join(directory, 'log')
  await writeFile(log, '')
  const claims = path.join(directory, 'claims')
  const processes = [start(claims, log), start(claims, log), start(claims, log)]
  for (const { child, output } of processes) {
    await (await child).exited
    expect(output.join('')).toContain('ready')
  }
  const lines = (await readFile(log, 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(30)
  expect(lines).toEqual(lines.map((_, index) => (index % 2 === 0 ? 'in' : 'out')))
  expect(await readdir(claims)).toEqual([])
})

test('a killed holder holds nothing', async () => {
  const log = path.join(directory, 'log')
  const claims = path.join(directory, 'claims')
  const { child, output } = start(claims, log, 'hold')
  const running = await child
  while (!output.join('').includes('holding')) await new Promise((r) => setTimeout(r, 10))
  expect(await isClaimed(claims)).toBe(true)
  await running.killGroup()
  await running.exited
  const held = await claim(claims)
  expect(await readdir(claims)).toEqual([path.basename(held.file)])
  await held.release()
})

test('claims of one kind share, others wait, and waiting can be given up', async () => {
  const first = await claim(directory, { kind: 'a' })
  const second = await claim(directory, { kind: 'a' })
  let waited = false
  const abort = new AbortController()
  const other = claim(directory, {
    kind: 'b',
    signal: abort.signal,
    onWait: () => {
      waited = true
      abort.abort(new Error('given up'))
    },
  })
  await expect(other).rejects.toThrow('given up')
  expect(waited).toBe(true)
  await first.release()
  await second.release()
  expect(await readdir(directory)).toEqual([])
  expect(await isClaimed(directory)).toBe(false)
})

test('a process is known by more than its id', async () => {
  const own = await ownIdentity()
  expect(await isAlive(own)).toBe(true)
  expect(await isAlive({ ...own, startedAt: '1' })).toBe(false)
  expect(await identityOf(2 ** 22 + 1)).toBeUndefined()
})
