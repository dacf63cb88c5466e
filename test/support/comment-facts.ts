import type { ChangeNode, ChangeView, Result } from '../../src/changes/index.ts'
import type { CommentFacts } from '../../src/pull-requests/index.ts'
import type { PlanSummary } from '../../src/runs/index.ts'
import { aNode, viewAfter } from './change-record.ts'

export const HEAD = '1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c'
export const BASE = 'aa11bb22cc33dd44ee55ff66aa77bb88cc99dd00'

export function aSummary(changes: Partial<PlanSummary> = {}): PlanSummary {
  return {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    forget: 0,
    import: 0,
    move: 0,
    outputs: [],
    drifted: 0,
    risk: 'no changes',
    severity: 'none',
    protected: [],
    changes: [],
    ...changes,
  }
}

/** A workspace of a change, with a run by its number where it has one. */
export function aWorkspace(
  name: string,
  result: Result,
  given: { readonly run?: number; readonly summary?: PlanSummary; readonly because?: string } = {},
): ChangeNode {
  const node = aNode(name)
  const [run] = viewAfter([
    {
      at: new Date(0),
      change: 7,
      event: 'graph',
      operation: 'apply',
      environments: [],
      workspaces: [
        {
          workspace: name,
          kind: 'terraform',
          needs: [],
          reasons: [],
          expected: { plan: undefined, apply: undefined },
        },
      ],
    },
    {
      at: new Date(0),
      change: 7,
      event: 'workspace',
      workspace: name,
      result,
      because: given.because,
      run: given.run,
      runStatus: undefined,
      summary: given.summary,
    },
  ]).nodes
  const isPlanned = result === 'planned' || result === 'provisional'
  return {
    ...node,
    result,
    because: given.because,
    run: given.run === undefined ? undefined : run?.run,
    digest: isPlanned ? `digest of ${name}` : undefined,
  }
}

export function aView(
  nodes: readonly ChangeNode[],
  status: ChangeView['change']['status'] = 'open',
): ChangeView {
  const { change } = viewAfter([])
  return { change: { ...change, status }, environments: [], nodes }
}

/** A pull request whose head is planned. */
export function commentFacts(
  view: ChangeView | undefined,
  given: Partial<Omit<CommentFacts, 'pullRequest'>> & {
    readonly pullRequest?: Partial<CommentFacts['pullRequest']>
  } = {},
): CommentFacts {
  const { pullRequest, ...rest } = given
  return {
    marker: '<!-- portolan -->',
    view,
    working: undefined,
    waits: [],
    outputs: new Map(),
    requirements: new Map(),
    approvals: new Map(),
    reservations: [],
    commands: [],
    notes: [],
    afterMerge: [],
    merge: 'automatic',
    urls: {
      change: 'https://portolan.example/changes/7',
      run: (id) => `https://portolan.example/runs/${id}`,
    },
    word: 'portolan',
    ...rest,
    pullRequest: {
      number: 12,
      status: 'open',
      headCommit: HEAD,
      baseBranch: 'main',
      isDraft: false,
      isFork: false,
      permittedCommit: undefined,
      planned: { head: HEAD, base: BASE, commit: HEAD, changeId: view?.change.id },
      problem: undefined,
      problemPlaces: [],
      problemNext: undefined,
      mergeProblem: undefined,
      ...pullRequest,
    },
  }
}
