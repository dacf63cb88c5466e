import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Case, cases, type Step } from './cases.ts'
import { normal, openSide, type Side } from './sides.ts'

interface Told {
  readonly step: string
  readonly exitCode?: number | null
  readonly stdout?: readonly string[]
  readonly stderr?: readonly string[]
}

/** At work are several at once: in which order they are told is nobody's promise. */
const unordered = /^(plan|apply|resume|destroy|approve)\b/

async function perform(side: Side, { files, steps }: Case): Promise<Told[]> {
  const told: Told[] = []
  for (const [name, content] of Object.entries(files)) await side.write(name, content)
  await commit(side, 'The shop')
  await side.add()
  for (const step of steps) told.push(await take(side, step))
  return told
}

async function take(side: Side, step: Step): Promise<Told> {
  if ('write' in step) {
    for (const [name, content] of Object.entries(step.write)) await side.write(name, content)
    return { step: 'write' }
  }
  if ('outside' in step) {
    await writeFile(path.join(side.outside, step.outside), '')
    return { step: 'outside' }
  }
  if ('commit' in step) {
    await commit(side, step.commit)
    return { step: 'commit' }
  }
  const line = 'run' in step ? step.run : step.git
  const said =
    'run' in step
      ? await side.runWith({ input: step.input ?? '' }, ...line.split(' '))
      : await side.git(...line.split(' '))
  if ('run' in step && step.exits !== undefined) {
    const where = side.url === undefined ? 'locally' : 'by the server'
    expect(said.exitCode, `${line}, ${where}:\n${said.stdout}\n${said.stderr}`).toBe(step.exits)
  }
  const lines = (text: string) => {
    const all = normal(text, side).split('\n').map(asJson)
    return 'run' in step && unordered.test(line) ? all.sort() : all
  }
  return {
    step: line,
    exitCode: said.exitCode,
    stdout: lines(said.stdout),
    stderr: lines(said.stderr),
  }
}

/** In which order the members of an object stand says nothing. */
function asJson(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    return JSON.stringify(sorted(JSON.parse(line)))
  } catch {
    return line
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}

async function commit(side: Side, message: string): Promise<void> {
  await side.git('add', '--all')
  await side.git('commit', '-q', '-m', message)
}

test.each(cases)('$name', { timeout: 600_000 }, async (one) => {
  const [local, server] = await Promise.all([openSide('local'), openSide('server')])
  try {
    const expected = await perform(local, one)
    const found = await perform(server, one)
    expect(found).toEqual(expected)
  } finally {
    await Promise.all([local.close(), server.close()])
  }
})
