interface Change {
  readonly actions: readonly string[]
  readonly importing?: unknown
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string
    readonly deposed?: string
    readonly previous_address?: string
    readonly change: Change
  }[]
  readonly output_changes?: Readonly<Record<string, Change>>
}

/** What a plan would do by Terraform's own account (`show -json`), one line for each change. */
export function planActions(json: string): string[] {
  const plan: PlanJson = JSON.parse(json)
  const resources = (plan.resource_changes ?? []).flatMap((resource) => {
    const action = actionOf(resource.change, resource.previous_address)
    return action === undefined ? [] : [`${resource.address}: ${action}`]
  })
  const outputs = Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) =>
    change.actions[0] === 'no-op' ? [] : [`output.${name}`],
  )
  return [...resources, ...outputs].toSorted()
}

function actionOf(change: Change, previousAddress: string | undefined): string | undefined {
  if (change.actions.length === 2) return 'replace'
  if (change.actions[0] !== 'no-op') return change.actions[0]
  if (change.importing) return 'import'
  return previousAddress === undefined ? undefined : 'move'
}
