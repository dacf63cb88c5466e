/**
 * Shows the screen of a change as it was: `node test/support/change-replay.ts FILE` replays what a
 * command wrote with --json, without FILE a made-up change. Options: --phase plan|apply, --count N
 * (components), --speed 10, --limit 4, --json, --github; piped it is plain.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ChangeEvent } from '../../src/changes/index.ts'
import { openChangeScreen } from '../../src/cli/change/change-screen.ts'
import { openTerminal } from '../../src/cli/terminal.ts'
import { changeEvents, manyComponents, shop, stages } from './change-events.ts'
import { changeEventOf, viewAfter } from './change-record.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    phase: { type: 'string', default: 'apply' },
    count: { type: 'string' },
    speed: { type: 'string', default: '10' },
    limit: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    github: { type: 'boolean', default: false },
  },
})
const goal = values.phase === 'plan' ? 'plan' : 'apply'
const limit = Number(values.limit)
const speed = Number(values.speed)
const [file] = positionals
const events = file === undefined ? madeUp() : recorded(file)
const terminal = openTerminal({
  color: process.env['NO_COLOR'] === undefined,
  json: values.json,
})
const begin = events[0]?.at.getTime() ?? 0
const started = Date.now()
const now = () => begin + (Date.now() - started) * speed
const screen = openChangeScreen(terminal, { goal, limit, github: values.github, now })
for (const event of events) {
  const wait = (event.at.getTime() - now()) / speed
  if (wait > 1) await pause(wait)
  if (screen.watch.forced.aborted) break
  screen.watch.event(event)
}
screen.end(viewAfter(events))
screen.close()

function recorded(name: string): ChangeEvent[] {
  return readFileSync(name, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => changeEventOf(JSON.parse(line)))
}

function madeUp(): ChangeEvent[] {
  const fails =
    'Error: quota exceeded\n\n  on main.tf line 3, in resource "terraform_data" "cache":\n'
  return changeEvents({
    phase: goal,
    components:
      values.count === undefined
        ? shop.map((one) =>
            goal === 'apply' || one.needs.length === 0
              ? one
              : { ...one, planned: one.needs.includes('network') ? 'provisional' : 'deferred' },
          )
        : manyComponents(Number(values.count)),
    environments: stages,
    limit,
    failures: new Map([
      ['cache@staging', fails],
      ['component_3@dev', fails],
    ]),
    gated: goal === 'apply' ? ['prod'] : [],
  })
}
