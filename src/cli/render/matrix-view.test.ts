import { describe, expect, test } from 'vitest'
import type { Deployed } from '../../changes/index.ts'
import type { PlatformStatus, WorkspaceStanding } from '../platform/platform-status.ts'
import { attentionLines, matrixLines, orphanLines, platformJson } from './matrix-view.ts'
import { plain } from './style.ts'

const now = new Date('2026-03-01T12:00:00Z')
const good = {
  id: 7,
  changeId: 3,
  operation: 'apply',
  status: 'applied',
  reason: undefined,
  at: new Date('2026-03-01T10:00:00Z'),
} as const

function deployed(parts: Partial<Deployed> = {}): Deployed {
  return {
    workspaceId: 'w',
    component: 'db',
    environment: 'dev',
    state: { version: 4, resources: 2, recordedAt: good.at },
    lastRun: good,
    lastGood: { ...good, sourceDigest: 'a', definitionDigest: 'b' },
    unknownRun: undefined,
    isAtRisk: false,
    lockedBy: undefined,
    ...parts,
  }
}

function standing(parts: Partial<WorkspaceStanding> = {}): WorkspaceStanding {
  return {
    component: 'db',
    environment: 'dev',
    deployed: deployed(),
    skipped: undefined,
    hasMoved: false,
    ...parts,
  }
}

function status(
  workspaces: Record<string, WorkspaceStanding>,
  parts: Partial<PlatformStatus> = {},
): PlatformStatus {
  return {
    project: 'shop',
    components: ['db', 'api'],
    environments: ['dev', 'prod'],
    workspaces: new Map(Object.entries(workspaces)),
    open: [],
    orphans: [],
    ...parts,
  }
}

const wide = { style: plain, width: undefined }

describe('the matrix', () => {
  test('has components in rows and environments in columns', () => {
    const shown = matrixLines(
      status({
        'db@dev': standing(),
        'db@prod': standing({ hasMoved: true }),
        'api@dev': standing({ deployed: undefined, skipped: '`when: values.api` is false' }),
      }),
      now,
      wide,
    )
    expect(shown).toEqual([
      '     dev         prod',
      'db   v4 2 h ago  v4 changed 2 h ago',
      'api  off',
      '',
      'changed: not what was applied last · off: switched off by `when`',
    ])
  })

  test('is a list where it is too wide', () => {
    const shown = matrixLines(status({ 'db@dev': standing(), 'db@prod': standing() }), now, {
      style: plain,
      width: 20,
    })
    expect(shown).toEqual(['db@dev   v4 2 h ago', 'db@prod  v4 2 h ago'])
  })

  test.each<[string, Partial<Deployed>]>([
    ['-', { state: undefined, lastRun: undefined, lastGood: undefined }],
    ['run-9 unknown, v4 2 h ago', { unknownRun: 9 }],
    ['state at risk, v4 2 h ago', { isAtRisk: true }],
    ['run-8 failed, v4 2 h ago', { lastRun: { ...good, id: 8, status: 'failed' } }],
    ['run-8 applying, v4 2 h ago', { lastRun: { ...good, id: 8, status: 'applying' } }],
    ['v4 2 h ago', { lastRun: { ...good, id: 8, status: 'planned' } }],
    ['v4 2 h ago, locked by Ada', { lockedBy: 'Ada <ada@example.org>' }],
  ])('a cell says %j', (text, parts) => {
    const one = status(
      { 'db@dev': standing({ deployed: deployed(parts) }) },
      { components: ['db'] },
    )
    expect(matrixLines({ ...one, environments: ['dev'] }, now, wide)[1]).toBe(`db  ${text}`)
  })
})

test('whatever needs a person is named with the command that leads on', () => {
  const troubled = status(
    { 'db@dev': standing({ deployed: deployed({ unknownRun: 9 }) }), 'db@prod': standing() },
    {
      orphans: [{ name: 'old@dev', resources: 3 }],
    },
  )
  expect(attentionLines(troubled, plain)).toEqual(['→ db@dev needs you: portolan status db@dev'])
  expect(orphanLines(troubled, plain)).toEqual([
    'old@dev is deployed (3 resources) and not in the manifest any more',
    '→ portolan destroy --orphan old@dev',
  ])
  expect(platformJson(troubled)).toMatchObject({
    project: 'shop',
    workspaces: [
      {
        workspace: 'db@dev',
        deployed: true,
        unknown: 'run-9',
        lastApplied: { change: 'change-3' },
      },
      { workspace: 'db@prod', deployed: true, unknown: null },
    ],
    orphans: [{ workspace: 'old@dev', resources: 3 }],
  })
})
