import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { notFound, unavailable } from '../platform/errors.ts'
import type { Seal } from '../secrets/index.ts'
import {
  type EffectiveVariable,
  effectiveIn,
  effectiveVariables,
  type ManifestNames,
} from './effective.ts'
import { checkVariable, isOrdinary } from './name.ts'
import { secretTexts } from './secret-text.ts'
import * as store from './store.ts'
import { type RunPhase, type Variable, type VariableIdentity, variableText } from './variable.ts'

/** The names of a workspace. */
export interface WorkspaceNames {
  readonly project: string
  readonly component: string
  readonly environment: string
}

export interface NewVariable extends VariableIdentity {
  readonly value: string
}

/** What a phase of a run is given. */
export interface RunVariables {
  /** For `TF_VAR_`: what the manifest gives counts more, and what a module does not declare is passed over. */
  readonly terraform: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  /** Texts that must not be shown anywhere. */
  readonly secrets: readonly string[]
}

export interface VariableService {
  /**
   * Writes a variable of a project, over one of the same identity. Audited, without the value.
   * @throws AppError `not_found`, `invalid` for a name that would change what Portolan runs
   */
  set(project: string, variable: NewVariable, actor: string): Promise<Variable>
  /** All variables of a project. @throws AppError `not_found` */
  list(project: string): Promise<readonly Variable[]>
  /** @throws AppError `not_found` */
  find(project: string, id: string): Promise<Variable>
  /** Audited. @throws AppError `not_found` */
  remove(project: string, id: string, actor: string): Promise<Variable>
  /** What a workspace is given, and what each of these hides. @throws AppError `not_found` */
  effective(
    workspace: WorkspaceNames,
    manifest?: ManifestNames,
  ): Promise<readonly EffectiveVariable[]>
  /**
   * The values for a phase of a workspace's run, in clear text: for its runner only.
   * @throws AppError `unavailable` when one of them cannot be opened
   */
  for(workspace: WorkspaceNames, phase: RunPhase): Promise<RunVariables>
}

export interface VariableDeps {
  /** What is sealed for one purpose does not open for another. */
  readonly sealFor: (purpose: string) => Seal
}

/** Variables and credentials for the runs of a server. */
export function createVariableService(db: Db, deps: VariableDeps): VariableService {
  return {
    set: (project, variable, actor) => set(db, deps, { project, variable, actor }),
    list: async (project) => store.list(db, await projectId(db, project)),
    find: async (project, id) =>
      (await store.find(db, await projectId(db, project), id)) ?? missing(project, id),
    remove: (project, id, actor) => remove(db, { project, id, actor }),
    effective: async (workspace, manifest) =>
      effectiveVariables(
        await store.list(db, await projectId(db, workspace.project)),
        workspace,
        manifest,
      ),
    for: (workspace, phase) => valuesFor(db, deps, { workspace, phase }),
  }
}

interface Setting {
  readonly project: string
  readonly variable: NewVariable
  readonly actor: string
}

async function set(
  db: Db,
  { sealFor }: VariableDeps,
  { project, variable, actor }: Setting,
): Promise<Variable> {
  const { value, ...identity } = variable
  checkVariable(identity, value)
  return inTransaction(db, async (tx) => {
    const id = await projectId(tx, project)
    const sealed = sealFor(purposeOf(id, identity)).seal(Buffer.from(value))
    const saved = await store.save(tx, { ...identity, projectId: id, sealed, updatedBy: actor })
    await audit(tx, { actor, project, variable: identity }, saved.isNew ? 'create' : 'replace')
    return saved.variable
  })
}

interface Removal {
  readonly project: string
  readonly id: string
  readonly actor: string
}

async function remove(db: Db, { project, id, actor }: Removal): Promise<Variable> {
  return inTransaction(db, async (tx) => {
    const removed = await store.remove(tx, await projectId(tx, project), id)
    if (removed === undefined) return missing(project, id)
    await audit(tx, { actor, project, variable: removed }, 'remove')
    return removed
  })
}

async function audit(
  db: Db,
  { actor, project, variable }: Omit<Setting, 'variable'> & { readonly variable: VariableIdentity },
  verb: 'create' | 'replace' | 'remove',
): Promise<void> {
  const { kind, name, phase, environment, component } = variable
  await record(db, {
    actor,
    action: `variable.${verb}`,
    subject: `${project}/${name}`,
    details: {
      kind,
      phase,
      ...(environment === undefined ? {} : { environment }),
      ...(component === undefined ? {} : { component }),
    },
  })
}

interface Asked {
  readonly workspace: WorkspaceNames
  readonly phase: RunPhase
}

async function valuesFor(
  db: Db,
  deps: VariableDeps,
  { workspace, phase }: Asked,
): Promise<RunVariables> {
  const values = { terraform: new Map<string, string>(), environment: new Map<string, string>() }
  const secrets: string[] = []
  const rows = await store.listSealed(db, workspace)
  for (const { variable } of effectiveIn(rows, workspace, phase)) {
    const { kind, name } = variable
    const value = open(deps, variable)
    // Also what was kept before a name was refused, or was written past this service.
    checkVariable(variable, value)
    values[kind].set(name, value)
    if (!isOrdinary(variable)) secrets.push(...secretTexts(value))
  }
  return {
    terraform: Object.fromEntries(values.terraform),
    environment: Object.fromEntries(values.environment),
    secrets,
  }
}

function open({ sealFor }: VariableDeps, variable: store.SealedVariable): string {
  try {
    return sealFor(purposeOf(variable.projectId, variable)).open(variable.sealed).toString('utf8')
  } catch (cause) {
    throw unavailable(
      `the value of ${variableText(variable)} cannot be opened: it was altered, moved from another variable, or sealed with another instance key`,
      {
        cause,
        next: 'Start with the instance key that this database was used with, or set the variable again.',
      },
    )
  }
}

/** All that says what the value is for: it opens in no other row. */
function purposeOf(project: string, variable: VariableIdentity): string {
  const { environment = null, component = null, kind, name, phase } = variable
  return `variable ${JSON.stringify([project, environment, component, kind, name, phase])}`
}

async function projectId(db: Db, name: string): Promise<string> {
  const id = await store.findProjectId(db, name)
  if (id !== undefined) return id
  throw notFound(`there is no project ${name}`, {
    next: 'It is there once it was added to the server, or something was planned in it.',
  })
}

function missing(project: string, id: string): never {
  throw notFound(`there is no variable ${id} in ${project}`, {
    next: 'It may be removed already: `portolan variable list`.',
  })
}
