import type { Context } from '../../app/context.ts'
import { record } from '../../audit/index.ts'
import { changeName, listDeployed } from '../../changes/index.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { type Location, locate, type Workspace, workspaceName } from '../../projects/index.ts'
import { type Run, runName } from '../../runs/index.ts'
import { cancelSentences } from '../interrupts.ts'
import { countsOf } from './counts.ts'
import { localRepositories } from './local-repositories.ts'
import type { Changes, Projects, Reveal, Services, States, Work } from './services.ts'

/** The services of this process, over its database; the work is loaded when it is asked for. */
export function localServices(context: Context): Services {
  const { runs, tokens, variables, dataDirectory } = context
  return {
    projects: projectsOf(context),
    repositories: localRepositories(context),
    state: statesOf(context),
    runs,
    changes: changesOf(context),
    tokens,
    variables,
    work: workOf(context),
    dataDirectory,
  }
}

function projectsOf({ projects, db }: Context): Projects {
  return { ...projects, deployed: (projectId) => listDeployed(db, projectId) }
}

function changesOf({ changes }: Context): Changes {
  return {
    ...changes,
    list: async (projectId, page) => {
      const listed = []
      for (const change of await changes.list(projectId, page)) {
        listed.push({ change, counts: countsOf((await changes.view(change.id)).nodes) })
      }
      return listed
    },
  }
}

function statesOf(context: Context): States {
  const { state } = context
  return {
    ...state,
    masked: async (workspaceId) => {
      const current = await state.currentBytes(workspaceId)
      if (current === undefined) return undefined
      const { maskState, parseState } = await import('../../state/index.ts')
      const { resources, outputs, hidden } = maskState(parseState(current.bytes))
      return { version: current.version.number, resources, outputs, hidden }
    },
    difference: async (_workspaceId, { from, to }) => {
      const { diffStates, parseState } = await import('../../state/index.ts')
      const before = from && parseState(await state.bytes(from))
      return diffStates(before, parseState(await state.bytes(to)))
    },
    revealed: (workspaceId, request) => reveal(context, workspaceId, request),
    readRaw: async (version, actor) => {
      const bytes = await state.bytes(version)
      await recordRead(context, version.workspaceId, {
        actor,
        action: 'state.read-raw',
        details: { version: version.number },
      })
      return bytes
    },
    readQuarantined: async ({ id, workspaceId }, actor) => {
      const bytes = await state.quarantinedBytes(id)
      await recordRead(context, workspaceId, {
        actor,
        action: 'state.read-raw',
        details: { quarantined: id },
      })
      return bytes
    },
  }
}

async function reveal(context: Context, workspaceId: string, { name, actor }: Reveal) {
  const current = await context.state.currentBytes(workspaceId)
  if (current === undefined) return []
  const { parseState } = await import('../../state/index.ts')
  const state = parseState(current.bytes)
  if (state.hidden !== undefined) throw invalid(state.hidden)
  const outputs = state.outputs.filter((output) => name === undefined || output.name === name)
  if (outputs.some((output) => output.sensitive)) {
    await recordRead(context, workspaceId, {
      actor,
      action: 'output.read-raw',
      details: { outputs: outputs.map((output) => output.name).join(', ') },
    })
  }
  return outputs
}

async function recordRead(
  { db, projects }: Context,
  workspaceId: string,
  read: {
    readonly actor: string
    readonly action: string
    readonly details: Readonly<Record<string, string | number>>
  },
): Promise<void> {
  const workspace = await projects.workspace(workspaceId)
  await record(db, { ...read, subject: workspaceName(workspace, 'full') })
}

function workOf(context: Context): Work {
  return {
    planChange: async (request, watch) => {
      const { planChange } = await import('../../app/changes/plan-change.ts')
      return planChange(context, request, watch)
    },
    applyChange: async (request, watch) => {
      const { applyChange } = await import('../../app/changes/apply-change.ts')
      return applyChange(context, request, watch)
    },
    approveChange: async (request) => {
      const { approveChange } = await import('../../app/changes/approve-change.ts')
      return approveChange(context, request)
    },
    planModule: async (request, watch) => {
      const { planLocally } = await import('../../app/runs/local-run.ts')
      return planLocally(context, request, watch)
    },
    applyModule: async (request, watch) => {
      const { applyLocally } = await import('../../app/runs/local-run.ts')
      return applyLocally(context, request, watch)
    },
    refuseToBegin: async (location) => {
      const { refuseToBegin } = await import('../../app/runs/refusals.ts')
      return refuseToBegin(context, location)
    },
    locationOf: (run, place) => locationOf(context, run, place),
    refuseMember,
    endDeadRuns: async () => {
      const { endDeadRuns } = await import('../../app/runs/dead-runs.ts')
      await endDeadRuns(context)
    },
    cancelSentences,
  }
}

/** Where it was planned. */
async function locationOf(
  { config }: Context,
  { id, source }: Run,
  { workspace, here }: { readonly workspace: Workspace; readonly here: Location },
): Promise<Location> {
  const found = await locate(source.directory, {
    dataHome: config.dataHome,
    env: config.environment,
    environment: workspace.environment,
  })
  if (found.repositoryId === here.repositoryId) return found
  throw conflict(`${runName(id)} belongs to another repository (${workspace.project})`, {
    next: `Go there: cd ${source.directory}`,
  })
}

/** Its inputs, its order and its gates are those of the change. */
async function refuseMember({ id, changeId }: Run): Promise<void> {
  if (changeId === undefined) return
  const name = changeName(changeId)
  throw conflict(`${runName(id)} is part of ${name}, and is applied with it`, {
    next: `portolan apply ${name}`,
  })
}
