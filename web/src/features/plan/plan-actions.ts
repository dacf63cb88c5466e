/** What happens to a resource, in one word. `unclear`: what this version does not know. */
const actions = [
  'unclear',
  'delete',
  'replace',
  'forget',
  'update',
  'create',
  'import',
  'move',
  'read',
  'none',
] as const

export type PlanAction = (typeof actions)[number]

/** What ends a resource, or may: it is shown first. */
const ending = new Set<PlanAction>(['unclear', 'delete', 'replace', 'forget'])

export function ends(action: PlanAction): boolean {
  return ending.has(action)
}

/** The most dangerous first. */
export function rank(action: PlanAction): number {
  return actions.indexOf(action)
}

/** What Terraform's list of actions means. */
export function actionOf(
  list: readonly unknown[],
  { imports, moves }: { readonly imports: boolean; readonly moves: boolean },
): PlanAction {
  switch (list.join()) {
    case 'no-op':
      return imports ? 'import' : moves ? 'move' : 'none'
    case 'read':
    case 'open':
      return 'read'
    case 'create':
    case 'update':
    case 'delete':
    case 'forget':
      return list.join() as PlanAction
    case 'delete,create':
    case 'create,delete':
    case 'create,forget':
    case 'forget,create':
      return 'replace'
    default:
      return 'unclear'
  }
}

const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is tainted',
  replace_because_cannot_update: 'an attribute changes that cannot be changed in place',
  replace_by_request: 'its replacement was asked for',
  replace_by_triggers: 'something in its replace_triggered_by changed',
  delete_because_no_resource_config: 'it is not in the configuration',
  delete_because_no_module: 'its module is not in the configuration',
  delete_because_wrong_repetition: 'its resource has count or for_each no more, or another of them',
  delete_because_count_index: 'its index is out of range for count',
  delete_because_each_key: 'its key is not in for_each',
  delete_because_no_move_target: 'what it was moved to is not in the configuration',
  read_because_config_unknown: 'its configuration is known only after apply',
  read_because_dependency_pending: 'what it depends on changes in this plan',
  read_because_check_nested: 'a check reads it at every plan',
}

/** Why Terraform does it, as the rest of a sentence; one that is not known stays as it is. */
export function reasonOf(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  return (
    (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? reason.replaceAll('_', ' ')
  )
}
