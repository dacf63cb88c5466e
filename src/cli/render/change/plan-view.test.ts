import { describe, expect, test } from 'vitest'
import { changeEvents, shop } from '../../../../test/support/change-events.ts'
import { viewAfter } from '../../../../test/support/change-record.ts'
import type { ChangeView } from '../../../changes/index.ts'
import { plain } from '../style.ts'
import { planView } from './plan-view.ts'
import { changeStatus, openChangeLines } from './status.ts'

const results = {
  db: 'provisional',
  cache: 'unchanged',
  api: 'deferred',
  search: 'deferred',
  seed: 'skipped',
} as const

function planned(failures = new Map<string, string>()): ChangeView {
  const gate = {
    approvals: 1,
    from: [],
    window: 'Mon-Thu 09:00-16:00 Europe/London',
    destroy: 'deny',
  } as const
  const components = shop.map((one) => {
    const result = Object.entries(results).find(([name]) => name === one.name)?.[1]
    return result === undefined ? one : { ...one, planned: result }
  })
  const environments = [{ name: 'dev' }, { name: 'prod', after: 'dev', gate }]
  return viewAfter(changeEvents({ phase: 'plan', components, environments, limit: 4, failures }))
}

const layout = { style: plain, width: 80 }
const network = `
Terraform will perform the following actions:

  # terraform_data.network will be created
  + resource "terraform_data" "network" {
      + id = (known after apply)
    }

Plan: 4 to add, 0 to change, 0 to destroy.
`

describe('the plans of a change', () => {
  test('environment by environment, and what an approval would mean', () => {
    const lines = planView(planned(), new Map([['network@dev', network]]), layout)
    expect(`${lines.join('\n')}\n`).toBe(`\
change-7  feat: a bigger database
  12 workspaces · by Ada · 4f2a1c9d00 on main

dev  1 planned, 1 provisional, 2 deferred, 1 unchanged, 1 skipped
  network@dev  4 to add  run-41

    # terraform_data.network will be created
    + resource "terraform_data" "network" {
        + id = (known after apply)
      }

  db@dev  12 to add  run-42
    provisional: made from planned values of network; planned again when they
    are real
  api@dev  deferred
    waits for db.address; planned when that is known
  search@dev  deferred
    waits for api.address; planned when that is known
  ✓ 1 unchanged: cache
  - skipped (when: env.name == "dev"): seed

prod  1 planned, 1 provisional, 2 deferred, 1 unchanged, 1 skipped
  after dev · 1 approval · only Mon-Thu 09:00-16:00 Europe/London · nothing may
  be destroyed
  network@prod  4 to add  run-47
  db@prod  12 to add  run-48
    provisional: made from planned values of network; planned again when they
    are real
  api@prod  deferred
    waits for db.address; planned when that is known
  search@prod  deferred
    waits for api.address; planned when that is known
  ✓ 1 unchanged: cache
  - skipped (when: env.name == "dev"): seed

To approve change-7 now means
  • network@dev, network@prod are applied exactly as shown, or not at all
  • db@dev, db@prod are planned again with the real values; applied without
    being asked again only if the same resources change in the same way and
    every value that is known now is the same
  • api@dev, search@dev, api@prod, search@prod are planned when what they wait
    for is known, and have to be approved then
  • prod waits for one approval: portolan approve change-7 -e prod
`)
  })

  test('name the risk and the reasons of each, what failed, and what that blocks', () => {
    const view = planned(new Map([['network@prod', 'Error: no\n']]))
    const [first, ...others] = view.nodes
    if (first?.run?.summary === undefined) throw new Error('it is planned')
    const summary = { ...first.run.summary, risk: 'replaces 1 database', severity: 'high' } as const
    const risky = {
      ...first,
      orphan: true,
      reasons: ['infra/network/main.tf changed', 'infra/network/vpc.tf changed'],
      run: { ...first.run, summary },
    }
    const lines = planView({ ...view, nodes: [risky, ...others] }, new Map(), layout)
    expect(lines.slice(4, 8)).toEqual([
      '  network@dev  4 to add  run-41',
      '    because the manifest has it no longer; infra/network/main.tf changed and 1',
      '    more reason',
      '    Risk  high: replaces 1 database',
    ])
    expect(lines.slice(lines.indexOf('  network@prod  failed')).slice(0, 3)).toEqual([
      '  network@prod  failed',
      '    Terraform exited with code 1',
      '  ⊘ blocked by network@prod: db, cache, api, search, seed',
    ])
  })

  test('promise nothing when there is nothing to approve', () => {
    const view = planned()
    const nodes = view.nodes.map((node) => ({ ...node, result: 'unchanged' as const }))
    expect(planView({ ...view, nodes }, new Map(), layout).slice(2)).toEqual([
      '',
      'dev  6 unchanged',
      '  ✓ 6 unchanged: network, db, cache, api, search, seed',
      '',
      'prod  6 unchanged',
      '  after dev · 1 approval · only Mon-Thu 09:00-16:00 Europe/London · nothing may',
      '  be destroyed',
      '  ✓ 6 unchanged: network, db, cache, api, search, seed',
    ])
  })
})

describe('the status of a change', () => {
  const now = new Date('2026-03-02T10:00:00Z')

  test('is a line for each workspace, and the command that leads on', () => {
    const view = planned(new Map([['network@prod', 'Error: no\n']]))
    const lines = changeStatus(view, now, { style: plain, width: undefined })
    expect(lines.slice(2)).toEqual([
      '  open, made 1 h ago: 1 planned, 1 provisional, 2 deferred, 1 unchanged, 1 failed, 5 blocked, 1 skipped',
      '',
      '· network@dev   planned      run-41  4 to add',
      '· db@dev        provisional  run-42  12 to add · made from planned values of network',
      '✓ cache@dev     unchanged    run-43',
      '… api@dev       deferred     run-44  waits for db.address',
      '… search@dev    deferred     run-45  waits for api.address',
      '- seed@dev      skipped      run-46  when: env.name == "dev"',
      '✗ network@prod  failed       run-47  Terraform exited with code 1',
      '⊘ db@prod       blocked      run-48  blocked by network@prod',
      '⊘ cache@prod    blocked      run-49  blocked by network@prod',
      '⊘ api@prod      blocked      run-50  blocked by network@prod',
      '⊘ search@prod   blocked      run-51  blocked by network@prod',
      '⊘ seed@prod     blocked      run-52  blocked by network@prod',
      '',
      '→ portolan resume change-7   starts again at what failed or was cancelled',
    ])
  })

  test('leads to the apply of what is planned, and nowhere when it is over', () => {
    const view = planned()
    expect(changeStatus(view, now, layout).at(-1)).toBe(
      '→ portolan apply change-7   applies it, environment by environment',
    )
    const closedBecause = 'superseded by change-9'
    const closed = { ...view, change: { ...view.change, status: 'closed', closedBecause } as const }
    const lines = changeStatus(closed, now, layout)
    expect(lines[2]).toMatch(/^ {2}closed \(superseded by change-9\), made 1 h ago: /)
    expect(lines.at(-1)).not.toContain('→')
  })

  test('of all open changes is a line for each, the newest first', () => {
    const { change } = planned()
    const entries = [
      { change, counts: { planned: 3, deferred: 4 } },
      {
        change: { ...change, id: 12, operation: 'destroy' as const },
        counts: { applied: 1, failed: 2 },
      },
      { change: { ...change, id: 13, status: 'done' as const }, counts: { applied: 2 } },
    ]
    expect(openChangeLines(entries, now, layout)).toEqual([
      'change-12  destroy by Ada 1 h ago  1 destroyed, 2 failed  feat: a bigger databa…',
      'change-7   apply by Ada 1 h ago    3 planned, 4 deferred  feat: a bigger databa…',
    ])
    expect(openChangeLines([], now, layout)).toEqual([])
  })
})
