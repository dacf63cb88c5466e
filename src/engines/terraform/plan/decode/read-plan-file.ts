import { type LockedProvider, lockedProviders } from '../../init/data-directory-file.ts'
import type { Tool } from '../../tool-runner.ts'
import { type ReadPlan, readPlan } from '../plan-mask.ts'
import { type KnownSchemas, type OpenPlan, openPlan } from './decode-plan.ts'
import { mayOverrideProviders } from './overrides-file.ts'
import { cachedSchemas, keepSchemas } from './schema-cache-file.ts'

export interface PlanFileSetting {
  readonly tool: Tool
  /** The environment in which the plan was made. */
  readonly variables: Readonly<Record<string, string>>
  /** Where schemas of providers are kept. */
  readonly schemaDirectory: string | undefined
  /** Lets the tool print the schemas of these providers; undefined when it does not. */
  askSchemas(question: SchemaQuestion): Promise<string | undefined>
}

export interface SchemaQuestion {
  /** Sources of providers: `registry.terraform.io/hashicorp/aws`. */
  readonly providers: readonly string[]
  /** The dependency lock file with which the plan was made. */
  readonly lockFile: string
}

/**
 * Reads a plan file without starting the tool, but for a version of a provider that was never seen
 * before.
 * @returns undefined when anything is not understood for certain: the tool itself must be asked
 * (`show -json`).
 */
export async function readPlanFile(
  file: Buffer,
  setting: PlanFileSetting,
): Promise<ReadPlan | undefined> {
  try {
    const plan = openPlan(file, setting.tool)
    const schemas = await schemasFor(plan, setting)
    return schemas && readPlan(plan.toJson(schemas))
  } catch {
    // Whatever it is, a fault of ours too: the tool's own word is as good, and only slower.
    return undefined
  }
}

async function schemasFor(
  plan: OpenPlan,
  setting: PlanFileSetting,
): Promise<KnownSchemas | undefined> {
  const sources = [...new Set(plan.needed.map((needed) => needed.provider))]
  if (sources.length === 0) return () => undefined
  const { schemaDirectory: directory, tool, variables } = setting
  const providers = lockedAmong(sources, plan.lockFile)
  if (directory === undefined || providers === undefined) return undefined
  if (await mayOverrideProviders(variables)) return undefined
  const cache = { directory, tool }
  const known = await cachedSchemas(cache, providers)
  if (known !== undefined) return known
  const printed = await setting.askSchemas({ providers: sources, lockFile: plan.lockFile })
  if (printed === undefined) return undefined
  await keepSchemas(cache, providers, printed)
  return cachedSchemas(cache, providers)
}

/** Undefined unless the lock file vouches for each. */
function lockedAmong(
  sources: readonly string[],
  lockFile: string,
): readonly LockedProvider[] | undefined {
  const locked = lockedProviders(lockFile) ?? []
  const found = locked.filter(({ source, hashes }) => sources.includes(source) && hashes.length > 0)
  return found.length === sources.length ? found : undefined
}
