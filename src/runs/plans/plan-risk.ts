import type { PlannedChange, PlanSummary } from '../run.ts'
import { configAddress } from './address.ts'
import type { ResourceChange, StateModule, TerraformPlan } from './plan-json.ts'

/** What is known of a plan when its risk is judged. */
export interface RiskFacts {
  readonly plan: TerraformPlan
  readonly changes: readonly PlannedChange[]
  /** Changes that end a protected resource. */
  readonly guarded: readonly PlannedChange[]
  readonly outputs: readonly string[]
  readonly drifted: number
}

export function severityOf(facts: RiskFacts): PlanSummary['severity'] {
  const { changes, guarded } = facts
  const gentle = gentleAddresses(facts.plan)
  const harsh = ending(facts).some(
    (change) => change.action === 'delete' || !gentle.has(change.address),
  )
  if (guarded.length > 0 || harsh) return 'high'
  if (changes.some((change) => change.action === 'update' || change.action === 'replace')) {
    return 'medium'
  }
  const acts = changes.some((change) => change.action !== 'read')
  return acts || facts.outputs.length > 0 || facts.drifted > 0 ? 'low' : 'none'
}

/** One line: "replaces 1 protected database because `name` changed; 14 dependents". */
export function riskLine(facts: RiskFacts): string {
  const clauses = [...guardedClauses(facts), ...plainClauses(facts)]
  const line = [
    clauses.join(', '),
    dependentsFact(facts),
    shareFact(facts),
    indexShiftFact(facts),
    missingMoveFact(facts),
    clauses.length > 0 && facts.outputs.length > 0
      ? `changes ${some(facts.outputs.length, 'output')}`
      : '',
    clauses.length > 0 && facts.drifted > 0 ? `${some(facts.drifted, 'resource')} drifted` : '',
  ]
  return line.filter((part) => part !== '').join('; ') || onlyFact(facts)
}

function onlyFact(facts: RiskFacts): string {
  if (facts.drifted > 0) return `records that ${some(facts.drifted, 'resource')} drifted`
  if (facts.outputs.length > 0) return `changes only ${some(facts.outputs.length, 'output')}`
  return 'no changes'
}

const endings = ['delete', 'replace', 'forget'] as const
const verbs = {
  delete: 'deletes',
  replace: 'replaces',
  forget: 'forgets',
  update: 'updates',
  create: 'creates',
  import: 'imports',
  move: 'moves',
} as const

function guardedClauses({ guarded }: RiskFacts): string[] {
  return endings.flatMap((action) => {
    const those = guarded.filter((change) => change.action === action)
    const nouns = new Set(those.map((change) => nounOf(change.type)))
    const noun = nouns.size === 1 ? [...nouns].join() : 'resource'
    if (those.length === 0) return []
    return [`${verbs[action]} ${some(those.length, `protected ${noun}`)}${because(those)}`]
  })
}

function plainClauses({ changes, guarded }: RiskFacts): string[] {
  const told = new Set(guarded)
  const rest = changes.filter((change) => !told.has(change))
  const other = guarded.length > 0 ? 'other resource' : 'resource'
  return (['delete', 'replace', 'forget', 'update', 'create', 'import', 'move'] as const).flatMap(
    (action) => {
      const those = rest.filter((change) => change.action === action)
      if (those.length === 0) return []
      const reason = action === 'replace' ? because(those) : ''
      return [`${verbs[action]} ${some(those.length, other)}${reason}`]
    },
  )
}

const replaceReasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'tainted',
  replace_by_request: 'asked for',
  replace_by_triggers: '`replace_triggered_by`',
}

function because(changes: readonly PlannedChange[]): string {
  const replaced = changes.filter((change) => change.action === 'replace')
  const paths = [...new Set(replaced.flatMap((change) => change.replacePaths))]
  const named = paths.slice(0, 3).map((path) => `\`${path}\``)
  const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : ''
  const attributes = named.length > 0 ? [`${named.join(', ')}${more} changed`] : []
  const others = [
    ...new Set(replaced.flatMap((change) => replaceReasons[change.reason ?? ''] ?? [])),
  ]
  const reasons = [...attributes, ...others]
  return reasons.length > 0 ? ` because ${reasons.join(' and ')}` : ''
}

/** What people call a resource of this type, where the type's name says so. */
const nouns: readonly (readonly [RegExp, string])[] = [
  [/bucket|storage_account|storage_container/, 'bucket'],
  [/kms_key|crypto_key|key_vault/, 'encryption key'],
  [/(route53|dns)\w*_zone|hosted_zone|managed_zone/, 'DNS zone'],
  [/persistent_volume|ebs_volume|_disk$|file_system/, 'volume'],
  [
    /_db_|_db$|rds_|database|_sql_|dynamodb_table|redis|elasticache|spanner|docdb|neptune/,
    'database',
  ],
  [/^helm_release$/, 'release'],
  [/_cluster$/, 'cluster'],
]

function nounOf(type: string): string {
  return nouns.find(([pattern]) => pattern.test(type))?.[1] ?? 'resource'
}

function some(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`
}

function ending({ changes }: RiskFacts): readonly PlannedChange[] {
  return changes.filter((change) => change.action === 'delete' || change.action === 'replace')
}

/** Replacements that make the new one before they end the old one. */
function gentleAddresses(plan: TerraformPlan): ReadonlySet<string> {
  const gentle = (plan.resource_changes ?? []).filter(
    (planned) => planned.change.actions.join(',') === 'create,delete',
  )
  return new Set(gentle.map((planned) => planned.address))
}

/** Resources that stay and were built on one that goes, by what the state recorded. */
function dependentsFact(facts: RiskFacts): string {
  const gone = facts.guarded.length > 0 ? facts.guarded : ending(facts)
  const addresses = new Set(
    gone.flatMap((change) => [change.address, change.previousAddress ?? change.address]),
  )
  const origins = new Set([...addresses].map(configAddress))
  const dependents = priorResources(facts.plan).filter(
    (resource) =>
      !addresses.has(resource.address) &&
      (resource.depends_on ?? []).some((origin) => origins.has(configAddress(origin))),
  )
  return dependents.length > 0 ? some(dependents.length, 'dependent') : ''
}

/** How much of the workspace ends, when that is half of it or more. */
function shareFact(facts: RiskFacts): string {
  const total = priorResources(facts.plan).length
  const gone = new Set(ending(facts).map((change) => change.address)).size
  const deleted = facts.changes.filter((change) => change.action === 'delete').length
  if (total < 2 || gone * 2 < total) return ''
  if (deleted >= total) return 'destroys the whole workspace'
  return `destroys ${Math.round((gone / total) * 100)}% of the workspace`
}

/**
 * With `count`, removing an item in the middle gives every one behind it the values of its next and
 * deletes the last.
 */
function indexShiftFact({ plan, changes }: RiskFacts): string {
  const origins = changes
    .filter((change) => change.reason === 'delete_because_count_index')
    .map((change) => configAddress(change.address))
  const shifted = origins.find((origin) => {
    const instances = (plan.resource_changes ?? []).filter(
      (change) => configAddress(change.address) === origin,
    )
    const byIndex = new Map(instances.map((change) => [change.index, change.change]))
    return instances.some(({ index, change }) => {
      const next = typeof index === 'number' ? byIndex.get(index + 1) : undefined
      return next !== undefined && takesValuesOf(change, next)
    })
  })
  return shifted
    ? `looks like an index shift in ${shifted} (for_each keeps the others as they are)`
    : ''
}

type Values = Readonly<Record<string, unknown>>

/** Whether an attribute changes to what the other one had, and was not the same in both before. */
function takesValuesOf(change: ResourceChange['change'], other: ResourceChange['change']): boolean {
  const [before, after, others] = [change.before, change.after, other.before].map(valuesOf)
  return Object.entries(after ?? {}).some(([name, value]) => {
    const [was, theirs] = [before?.[name], others?.[name]].map((each) => JSON.stringify(each))
    return value !== null && JSON.stringify(value) === theirs && was !== theirs
  })
}

function valuesOf(object: unknown): Values {
  return typeof object === 'object' && object !== null ? { ...object } : {}
}

const orphaned = new Set([
  'delete_because_no_resource_config',
  'delete_because_no_module',
  'delete_because_each_key',
  'delete_because_wrong_repetition',
  'delete_because_no_move_target',
])

/** Something goes and something of the same type comes: perhaps it was only renamed. */
function missingMoveFact({ changes }: RiskFacts): string {
  const created = changes.filter((change) => change.action === 'create')
  const byType = new Map(created.map((change) => [change.type, change]))
  const renamed = changes.flatMap((gone) => {
    const come = byType.get(gone.type)
    const suspect = gone.action === 'delete' && orphaned.has(gone.reason ?? '')
    return suspect && come ? [{ gone, come }] : []
  })[0]
  if (!renamed) return ''
  return `${renamed.gone.address} goes and ${renamed.come.address} comes (a missing \`moved\` block?)`
}

function priorResources(plan: TerraformPlan) {
  return resourcesOf(plan.prior_state?.values?.root_module).filter(
    (resource) => resource.mode !== 'data',
  )
}

function resourcesOf(module: StateModule | undefined): NonNullable<StateModule['resources']> {
  if (!module) return []
  return [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(resourcesOf)]
}
