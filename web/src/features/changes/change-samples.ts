import type { ChangeEvent, ChangeView, PlanSummary, Result } from '../../lib/types.ts'

/** A moment that nothing depends on. */
export const at = '2026-03-02T09:00:00.000Z'

/** A change with these workspaces, each with what it needs; `prod` comes after `dev`. */
export function aChange(workspaces: Readonly<Record<string, readonly string[]>>): ChangeView {
  const names = Object.keys(workspaces)
  const environments = [...new Set(names.map((name) => name.slice(name.lastIndexOf('@') + 1)))]
  return {
    change: {
      id: 7,
      project: 'shop',
      operation: 'apply',
      status: 'open',
      reason: 'Larger databases',
      actor: 'ada',
      source: { root: '/srv/shop', commit: '4f0c1d2e9b', branch: 'main', dirty: false },
      options: { selection: 'everything', set: {}, force: false },
      createdAt: at,
    },
    environments: environments.map((name, order) => ({
      name,
      order,
      auto: false,
      apply: 'before-merge',
      ...(name === 'prod' ? { after: 'dev' } : {}),
    })),
    nodes: names.map((name, index) => ({
      workspaceId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      name,
      component: name.slice(0, name.lastIndexOf('@')),
      environment: name.slice(name.lastIndexOf('@') + 1),
      kind: 'terraform',
      reasons: [],
      needs: (workspaces[name] ?? []).map((need) => ({ name: need, outputs: [] })),
      orphan: false,
      sourceDigest: 's',
      definitionDigest: 'd',
      result: 'pending',
    })),
    lastEvent: 10,
    may: { approve: environments, apply: environments, cancel: true },
  }
}

export function workspaceEvent(
  workspace: string,
  result: Result,
  more: Partial<Extract<ChangeEvent, { event: 'workspace' }>> = {},
): ChangeEvent {
  return { event: 'workspace', at, change: 7, workspace, result, ...more }
}

export function aSummary(more: Partial<PlanSummary> = {}): PlanSummary {
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
    risk: '',
    severity: 'none',
    protected: [],
    changes: [],
    ...more,
  }
}
