import { describe, expect, test } from 'vitest'
import {
  changeEvents,
  manyComponents,
  START,
  type SyntheticChange,
  shop,
  stages,
} from '../../../../test/support/change-events.ts'
import { colored, plain } from '../style.ts'
import { widthOf } from '../text.ts'
import { type FrameView, renderFrame } from './frame.ts'
import { startModel } from './model.ts'
import { reduce } from './reduce.ts'

const failures = new Map([['cache@staging', 'Error: quota exceeded\n\n  on main.tf line 3:\n']])
const applied = { phase: 'apply', components: shop, environments: stages, limit: 4 } as const

/** The frame so many seconds after the beginning. */
function frameAt(change: SyntheticChange, seconds: number, view: Partial<FrameView> = {}): string {
  const now = START + seconds * 1000
  const model = changeEvents(change)
    .filter((event) => event.at.getTime() <= now)
    .reduce(reduce, startModel({ goal: change.phase, limit: change.limit }))
  const shown = {
    now,
    width: 80,
    height: 24,
    style: plain,
    remaining: undefined,
    notice: undefined,
    ...view,
  }
  // Where the spinner stands is of no interest.
  return `\n${renderFrame(model, shown).join('\n')}\n`.replaceAll(/[⠀-⣿]/g, '⠋')
}

describe('the live tree', () => {
  test('of a change that is being applied', () => {
    expect(frameAt(applied, 38, { remaining: 130 })).toBe(`
▓▓ ⠋ dev  1 of 6
██ └─ ✓ network          4 added                                             20s
▓▓    ├─ ⠋ db            2/12  terraform_data.db[2]: Creating...    18s / 1m 30s
▓▓    └─ ⠋ cache         1/3  terraform_data.cache[1]: Creating...     18s / 30s
░░       └─ · api        5 to add, 1 to change                              ~25s
░░          ├─ · search  1 to add                                           ~10s
░░          └─ · seed    1 to add                                            ~5s
░░ · staging  6 planned  after dev
░░ · prod  6 planned  after staging
▓▓▓▓▓▓ 5%  1 of 18 · 2 running                            38s, about 2m 10s left
`)
  })

  test('folds what is over, but never what failed', () => {
    expect(frameAt({ ...applied, failures }, 204)).toBe(`
██ ✓ dev  6 applied                                                       2m 25s
!! ✗ staging  5 of 6 · 1 failed
██ └─ ✓ network       4 added                                                20s
▓▓    ├─ ⠋ db         5/12  terraform_data.db[5]: Creating...       39s / 1m 30s
!!    └─ ✗ cache      failed: Error: quota exceeded                          30s
--       └─ ⊘ api +2  3 blocked
░░ · prod  6 planned  after staging
!!!!!! 61%  11 of 18 · 1 failed · 3 blocked · 1 running                   3m 24s
`)
  })

  test('says who must do what where it waits', () => {
    expect(frameAt({ ...applied, gated: ['prod'] }, 1000)).toBe(`
██ ✓ dev  6 applied                                                       2m 25s
██ ✓ staging  6 applied                                                   2m 25s
▒▒ … prod  6 planned  waits for 1 approval
▒▒   → portolan approve change-7 -e prod
▒▒▒▒▒▒ 66%  12 of 18 · 6 waiting                                         16m 40s
`)
  })

  const planning: SyntheticChange = {
    ...applied,
    phase: 'plan',
    environments: stages.slice(0, 1),
    components: shop.map((one) => {
      if (one.name === 'db') return { ...one, planned: 'provisional' }
      if (one.name === 'cache') return { ...one, planned: 'unchanged' }
      return one.name === 'api' ? { ...one, planned: 'deferred' } : one
    }),
  }

  test('of a plan marks what is provisional, and what waits for values that nobody knows', () => {
    expect(frameAt(planning, 7)).toBe(`
▓▓ ⠋ dev  2 of 6
██ └─ ✓ network          4 to add                                             3s
▓▓    ├─ ⠋ db            Initializing provider plugins...                4s / 5s
██    └─ ✓ cache         unchanged                                            4s
░░       └─ · api        needs db                                            ~4s
░░          ├─ · search  needs api                                           ~3s
░░          └─ · seed    needs api                                           ~1s
▓▓▓▓▓▓ 33%  2 of 6 · 1 running                                                7s
`)
    expect(frameAt(planning, 9.5)).toBe(`
▓▓ ⠋ dev  5 of 6
██ └─ ✓ network          4 to add                                             3s
██    ├─ ✓ db            provisional: made from planned values of network     5s
██    └─ ✓ cache         unchanged                                            4s
▒▒       └─ … api        deferred: waits for db.address
▓▓          ├─ ⠋ search  Initializing provider plugins...                2s / 3s
██          └─ ✓ seed    1 to add                                             1s
▓▓▓▓▓▓ 83%  5 of 6 · 1 waiting · 1 running                                   10s
`)
  })

  test('is as narrow as the terminal', () => {
    expect(frameAt(applied, 38, { width: 40, remaining: 130 })).toBe(`
▓▓ ⠋ dev  1 of 6
██ └✓ network    4 added             20s
▓▓  ├⠋ db        2/12  terraform_d…  18s
▓▓  └⠋ cache     1/3  terraform_da…  18s
░░   └· api      5 to add, 1 to change
░░    ├· search  1 to add
░░    └· seed    1 to add
░░ · staging  6 planned  after dev
░░ · prod  6 planned  after staging
▓▓▓▓▓▓ 5% 1/18 · 2 running   38s ~2m 10s
`)
  })

  test('is as low as the terminal: what runs comes before what is over, and the rest is counted', () => {
    expect(frameAt(applied, 38, { height: 6 })).toBe(`
▓▓ ⠋ dev  1 of 6
▓▓ ├─ ⠋ db     2/12  terraform_data.db[2]: Creating...              18s / 1m 30s
▓▓ └─ ⠋ cache  1/3  terraform_data.cache[1]: Creating...               18s / 30s
░░ · staging  6 planned  after dev
░░   … 9 more pending / 1 done
▓▓▓▓▓▓ 5%  1 of 18 · 2 running                                               38s
`)
    expect(frameAt({ ...applied, failures }, 204, { height: 3 })).toBe(`
!! ✗ cache@staging  failed: Error: quota exceeded                            30s
░░   … 1 more running / 6 pending / 3 blocked / 7 done
!!!!!! 61%  11 of 18 · 1 failed · 3 blocked · 1 running                   3m 24s
`)
    expect(frameAt(applied, 38, { height: 1 })).toBe(`
▓▓▓▓▓▓ 5%  1 of 18 · 2 running                                               38s
`)
  })

  test('of hundreds of workspaces shows those that are at work', () => {
    const many: SyntheticChange = {
      ...applied,
      components: manyComponents(200),
      environments: stages.slice(0, 1),
      limit: 8,
      failures: new Map([['component_9@dev', 'Error: no such zone\n']]),
    }
    const lines = frameAt(many, 400, { height: 14, remaining: 600 }).trim().split('\n')
    expect(lines).toHaveLength(14)
    expect(lines.filter((line) => line.includes(' ✗ component_9 '))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('▓▓'))).toHaveLength(8)
    expect(lines.at(-2)).toMatch(/^░░ {3}… \d+ more pending \/ \d+ blocked \/ \d+ done$/)
    expect(lines.at(-1)).toMatch(
      /^!!!!!! \d+% \d+\/200 · 1 failed · \d+ blocked · 8 running +6m 40s ~10m 00s$/,
    )
  })

  test('says what the person asked for above its foot', () => {
    const notice = 'Cancelling: what has begun is finished, nothing new starts.'
    expect(frameAt(applied, 38, { height: 4, width: 40, notice })).toBe(`
░░   … 2 more running / 15 pending / 1 …
▓▓ Cancelling: what has begun is
▓▓ finished, nothing new starts.
▓▓▓▓▓▓ 5%  1 of 18 · 2 running       38s
`)
  })

  test.each([
    ['\u001b[2J\u001b[Hgone\u0007\n', 'gone'],
    ['\u001b]0;title\u0007one\ttwo\u202E\n\n', 'one two'],
    ['fetching 10%\rfetching 55%', 'fetching 55%'],
    [
      '日本語のとても長いログの行がここに書かれています。さらに続きます\n',
      '日本語のとても長いログの行がここに書かれてい…',
    ],
  ])('shows of %j the last line, harmless and cut to the width that it has', (text, shown) => {
    const [graph, ...rest] = changeEvents({ ...applied, phase: 'plan' })
    const begun = rest.find((event) => event.event === 'workspace' && event.result === 'planning')
    if (graph === undefined || begun?.event !== 'workspace') throw new Error('it begins')
    const { at, change, workspace } = begun
    const log = { at, change, event: 'log', workspace, run: 1, phase: 'plan', text } as const
    const model = [graph, begun, log].reduce(reduce, startModel({ goal: 'plan', limit: 4 }))
    const view = { now: at.getTime(), width: 80, height: 24, style: plain }
    const lines = renderFrame(model, { ...view, remaining: undefined, notice: undefined })
    const line = lines.find((one) => one.includes(' network ')) ?? ''
    expect(
      line
        .slice(line.indexOf('network') + 'network'.length)
        .trim()
        .replace(/ +0s \/ 3s$/, ''),
    ).toBe(shown)
    expect(line).not.toMatch(/\p{Cc}/u)
    expect(widthOf(line)).toBe(80)
  })

  test('has a column of solid colours, and a foot that makes it an L', () => {
    const frame = frameAt({ ...applied, failures }, 204, { style: colored }).split('\n')
    const background = (line: string | undefined) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is tested.
      /^\u001b\[48;5;(\d+)m( +)\u001b\[49m/.exec(line ?? '')
    expect(frame.slice(1, -1).map((line) => background(line)?.[1])).toEqual([
      '10',
      '160',
      '10',
      '28',
      '160',
      '88',
      '22',
      '160',
    ])
    expect(background(frame.at(-2))?.[2]).toHaveLength(6)
  })
})
