import { type ChangeView, isSettled } from '../../changes/index.ts'

/** Names of the workspaces that are to be applied before the merge, and are not, for who may read them. */
export function unappliedIn(
  view: ChangeView | undefined,
  mayRead: (environment: string) => boolean = () => true,
): readonly string[] {
  if (view === undefined) return []
  const after = new Set(environmentsAfter(view))
  return view.nodes
    .filter(({ environment, result }) => !after.has(environment) && !isSettled(result))
    .map(({ name, environment }) =>
      mayRead(environment) ? name : 'a workspace that you may not see',
    )
}

/** Names of those that are applied by merging. */
export function environmentsAfter(view: ChangeView | undefined): readonly string[] {
  return (view?.environments ?? [])
    .filter(({ apply }) => apply === 'after-merge')
    .map(({ name }) => name)
}
