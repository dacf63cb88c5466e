import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { changeEvents, START, shop, stages } from '../../../test/support/change-events.ts'
import { viewAfter } from '../../../test/support/change-record.ts'
import { plain } from '../render/style.ts'
import type { Terminal } from '../terminal.ts'
import { openChangeScreen } from './change-screen.ts'

/** A terminal that remembers: lines for good, and what is painted below them. */
function aTerminal(kind: 'terminal' | 'pipe' | 'json') {
  const printed: string[] = []
  const events: unknown[] = []
  const painted: { lines: readonly string[] } = { lines: [] }
  const terminal: Terminal = {
    style: plain,
    width: kind === 'terminal' ? 80 : undefined,
    height: kind === 'terminal' ? 24 : undefined,
    interactive: false,
    json: kind === 'json',
    print: (...lines) => {
      if (kind !== 'json') printed.push(...lines)
    },
    note: (...lines) => {
      if (kind !== 'json') printed.push(...lines)
    },
    emit: (value) => {
      if (kind === 'json') events.push(value)
    },
    raw: async () => undefined,
    ask: async () => undefined,
    live: {
      available: kind === 'terminal',
      paint: (lines) => {
        painted.lines = lines
      },
      clear: () => {
        painted.lines = []
      },
    },
  }
  return { terminal, printed, events, painted }
}

const failures = new Map([['cache@staging', 'Error: quota exceeded\n']])
const change = { components: shop, environments: stages, limit: 4, failures } as const
const applying = changeEvents({ ...change, phase: 'apply' })

describe('the screen of a change', () => {
  test('keeps a line for each workspace that was changed, above the tree', async () => {
    const { terminal, printed, painted } = aTerminal('terminal')
    const screen = openChangeScreen(terminal, {
      goal: 'apply',
      limit: 4,
      now: () => START + 60_000,
    })
    for (const event of applying.filter(({ at }) => at.getTime() <= START + 60_000)) {
      screen.watch.event(event)
    }
    await vi.waitFor(() => expect(painted.lines.at(-1)).toContain('2 of 18 · 1 running'))
    expect(printed).toEqual(['✓ network@dev  4 added  20s', '✓ cache@dev  3 added  30s'])
    expect(painted.lines.at(-1)).toContain('1m 00s, about ')
    screen.close()
    expect(painted.lines).toEqual([])
  })

  test('ends with the tree as it stood, the failures, and one line for all', () => {
    const { terminal, printed, painted } = aTerminal('terminal')
    const now = () => applying.at(-1)?.at.getTime() ?? 0
    const screen = openChangeScreen(terminal, { goal: 'apply', limit: 4, now })
    for (const event of applying) screen.watch.event(event)
    printed.length = 0
    screen.end(viewAfter(applying), ['what was shown between'])
    screen.close()
    expect(painted.lines).toEqual([])
    expect(printed.slice(0, 2)).toEqual([
      '██ ✓ dev  6 applied                                                       2m 25s',
      '!! ✗ staging  6 of 6 · 1 failed                                           1m 50s',
    ])
    expect(printed).toContain('what was shown between')
    expect(printed.slice(-2)).toEqual([
      'Failed change-7: 8 applied, 6 planned, 1 failed, 3 blocked in 4m 15s',
      '→ portolan resume change-7   starts again at what failed',
    ])
  })

  test('lets a person be asked between two phases: nothing is painted meanwhile', async () => {
    const { terminal, printed, painted } = aTerminal('terminal')
    const planning = changeEvents({ ...change, failures: new Map(), phase: 'plan' })
    const now = () => planning.at(-1)?.at.getTime() ?? 0
    const screen = openChangeScreen(terminal, { goal: 'plan', limit: 4, now })
    for (const event of planning) screen.watch.event(event)
    await vi.waitFor(() => expect(painted.lines).not.toEqual([]))
    screen.pause(viewAfter(planning), ['the plans'])
    expect(printed).toEqual(['the plans', '', 'Planned change-7: 18 planned in 19s'])
    await pause(300)
    expect(painted.lines).toEqual([])
    screen.close()
  })

  test('goes on from planning to applying', () => {
    const { terminal, printed } = aTerminal('pipe')
    const screen = openChangeScreen(terminal, { goal: 'plan', limit: 4 })
    const planning = changeEvents({ ...change, failures: new Map(), phase: 'plan' })
    for (const event of planning) screen.watch.event(event)
    screen.end(viewAfter(planning))
    screen.begin({ goal: 'apply', limit: 4, environments: ['dev'] })
    for (const event of applying) screen.watch.event(event)
    screen.close()
    expect(
      printed.filter((line) => line.startsWith('Planning') || line.startsWith('Applying')),
    ).toEqual([
      'Planning change-7: 18 workspaces in dev, staging, prod',
      'Applying change-7: 6 workspaces in dev',
    ])
    expect(printed).toContain('── db@dev  planned: 12 to add  (5.0 s)')
    expect(printed).toContain('── db@dev  applied: 12 added  (1m 30s)')
    expect(printed.join('\n')).not.toMatch(/\p{Cc}(?<!\n)/u)
  })

  test('breaks a long silence elsewhere than on a terminal', async () => {
    const { terminal, printed } = aTerminal('pipe')
    let now = START + 21_000
    const screen = openChangeScreen(terminal, { goal: 'apply', limit: 4, now: () => now })
    for (const event of applying.filter(({ at }) => at.getTime() <= now)) screen.watch.event(event)
    printed.length = 0
    now += 31_000
    await vi.waitFor(() => expect(printed).not.toEqual([]))
    screen.close()
    expect(printed[0]).toMatch(
      /^Applying change-7 for 52s, 1 of 18 done; at work: db@dev \(applying 32s of about 1m 30s\), cache@dev/,
    )
    expect(printed).toHaveLength(1)
  })

  test('with --json writes every event and nothing else', () => {
    const { terminal, printed, events } = aTerminal('json')
    const screen = openChangeScreen(terminal, { goal: 'apply', limit: 4 })
    for (const event of applying) screen.watch.event(event)
    screen.end(viewAfter(applying))
    screen.close()
    expect(printed).toEqual([])
    expect(events).toHaveLength(applying.length)
    expect(events.at(-1)).toMatchObject({ event: 'end', change: 'change-7', counts: { failed: 1 } })
  })
})

describe('Ctrl-C while a change is at work', () => {
  test('is graceful, graceful, and then by force; each says what it does', async () => {
    const replay = fileURLToPath(new URL('../../../test/support/change-replay.ts', import.meta.url))
    const child = spawn(process.execPath, [replay, '--speed', '4'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const hear = (text: Buffer) => {
      said += text.toString()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const ended = new Promise((resolve) => child.once('close', resolve))
    for (const sentence of [
      'network@dev  applying',
      'Cancelling: what has begun is finished, nothing new starts.',
      'Still cancelling. A third Ctrl-C kills what runs by force',
    ]) {
      await vi.waitFor(() => expect(said).toContain(sentence), { timeout: 20_000 })
      expect(child.exitCode).toBeNull()
      child.kill('SIGINT')
    }
    expect(await ended).toBe(0)
    expect(said).toContain('Killed by force.')
  })
})
