import { describe, expect, test } from 'vitest'
import { changeEvents, START, shop, stages } from '../../../../test/support/change-events.ts'
import type { ChangeEvent } from '../../../changes/index.ts'
import { type ChangeModel, startModel } from './model.ts'
import { keepAliveLine, plainLines } from './plain-lines.ts'
import { reduce } from './reduce.ts'

const start = startModel({ goal: 'plan', limit: 2 })

function linesOf(events: readonly ChangeEvent[], from: ChangeModel, github = false): string[] {
  let model = from
  return events.flatMap((event) => {
    const before = model
    model = reduce(model, event)
    return plainLines(before, model, event, { github })
  })
}

const [network, db, cache, api] = shop
if (!network || !db || !cache || !api) throw new Error('the shop has these')

const planning = changeEvents({
  phase: 'plan',
  limit: 2,
  environments: stages.slice(0, 1),
  components: [
    network,
    { ...db, planned: 'provisional' },
    { ...cache, planned: 'unchanged' },
    { ...api, planned: 'deferred' },
  ],
})

describe('where there is no terminal', () => {
  test('each workspace says all it has to say in one piece', () => {
    expect(linesOf(planning, start)).toEqual([
      'Planning change-7: 4 workspaces in dev',
      'network@dev  planning',
      '── network@dev  planned: 4 to add  (3.0 s)',
      'Initializing provider plugins...',
      '',
      '  # terraform_data.network will be created',
      '  + resource "terraform_data" "network" {',
      '      + id = (known after apply)',
      '    }',
      'db@dev  planning',
      'cache@dev  planning',
      '── cache@dev  unchanged  (4.0 s)',
      '── db@dev  provisional: made from planned values of network  (5.0 s)',
      'Initializing provider plugins...',
      '',
      '  # terraform_data.db will be created',
      '  + resource "terraform_data" "db" {',
      '      + id = (known after apply)',
      '    }',
      '── api@dev  deferred: waits for db.address',
    ])
  })

  test('what fails is told with its first error, what that blocks, and who must do what', () => {
    const applying = changeEvents({
      phase: 'apply',
      limit: 2,
      environments: stages.slice(0, 2),
      components: [
        { ...network, apply: 4 },
        { ...api, needs: ['network'] },
      ],
      failures: new Map([['network@dev', 'Error: no\n']]),
      gated: ['staging'],
    })
    const lines = linesOf(applying, startModel({ goal: 'apply', limit: 2 }))
    expect(lines.filter((line) => !line.startsWith('terraform_data'))).toEqual([
      'Applying change-7: 4 workspaces in dev, staging',
      'network@dev  applying  4 operations',
      '── network@dev  failed: Error: no  (4.0 s)',
      'Initializing provider plugins...',
      'Error: no',
      '── api@dev  blocked by network@dev',
      'staging: waits for 1 approval',
      '→ portolan approve change-7 -e staging',
    ])
  })

  test('GitHub folds what went well', () => {
    const lines = linesOf(planning, start, true)
    expect(lines.slice(2, 4)).toEqual([
      '::group::network@dev  planned: 4 to add  (3.0 s)',
      'Initializing provider plugins...',
    ])
    expect(lines[9]).toBe('::endgroup::')
  })

  test('a program cannot give orders to a CI system', () => {
    const said: ChangeEvent = {
      at: new Date(START + 1000),
      change: 7,
      event: 'log',
      workspace: 'network@dev',
      run: 41,
      phase: 'plan',
      text: '  ::add-path::/tmp\n##[error]x\n##vso[task.setvariable]y\nC::d\n',
    }
    const at = planning.findIndex((event) => event.event === 'log')
    const lines = linesOf(planning.toSpliced(at, 0, said), start)
    expect(lines.slice(3, 7)).toEqual([
      '  : :add-path::/tmp',
      '# #[error]x',
      '# #vso[task.setvariable]y',
      'C::d',
    ])
  })

  test('silence is broken with what is at work', () => {
    const model = planning.filter(({ at }) => at.getTime() <= START + 5000).reduce(reduce, start)
    expect(keepAliveLine(model, START + 45_000)).toBe(
      'Planning change-7 for 45s, 1 of 4 done; at work: db@dev (planning 42s of about 5s), cache@dev (planning 42s of about 4s)',
    )
    expect(keepAliveLine(planning.reduce(reduce, start), START + 45_000)).toBeUndefined()
  })
})
