import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { foreignModule } from '../../app/runs/local-run.ts'
import { workDirectoryOf } from '../../app/runs/work-directory.ts'
import { describeModule, findTool } from '../../engines/index.ts'
import { AppError, conflict, invalid } from '../../platform/errors.ts'
import { parseWorkspaceName, workspaceName } from '../../projects/index.ts'
import { pullForeignState } from '../../runner/index.ts'
import type { StateVersion } from '../../state/index.ts'
import { type Call, exit } from '../call.ts'
import { plural } from '../render/text.ts'
import { terraformWorkspaceOf } from '../run/terraform-workspace.ts'
import {
  type EnvironmentFlags,
  findRecorded,
  type Place,
  withWorkspacePlace,
} from '../workspace/place.ts'
import { readStateFile } from './state-push.ts'

interface Flags extends EnvironmentFlags {
  readonly empty?: boolean
}

/** A state that is to be taken over, and where it is from. */
interface Found {
  readonly bytes: Buffer
  readonly reason: string
  readonly isNothing: boolean
}

interface Recorded {
  readonly found: Found
  readonly version: StateVersion
}

/** Takes a module's existing state over, as version 1; or records that there is none. */
export async function run(call: Call<Flags>): Promise<number> {
  const { reference, file } = namesOf(call)
  if (call.flags.empty === true && file !== undefined) {
    throw invalid('--empty says that there is no state, and a file is named', {
      next: 'Leave one of them out.',
    })
  }
  return withWorkspacePlace(call, reference, async (place) => {
    await refuseRecorded(place)
    const found = await find(call, place, file)
    const version = await recordFound(place, found)
    show(call, workspaceName(place.location), { found, version })
    return exit.done
  })
}

/** `db@dev`, `db@dev FILE` or `FILE`. @throws AppError `invalid` */
function namesOf({ args, directory }: Call): {
  readonly reference: string | undefined
  readonly file: string | undefined
} {
  const [first, second, ...more] = args
  if (more.length > 0) throw invalid('state import takes a workspace and a file')
  const isFile = first !== undefined && existsSync(path.resolve(directory, first))
  const isWorkspace = first !== undefined && !isFile && parseWorkspaceName(first) !== undefined
  if (isWorkspace) return { reference: first, file: second }
  if (second === undefined) return { reference: undefined, file: first }
  throw invalid(`${JSON.stringify(first)} is no workspace`, {
    next: 'A workspace is written component@environment: network@prod.',
  })
}

async function refuseRecorded(place: Place): Promise<void> {
  const { services, location } = place
  const recorded = await findRecorded(place, undefined)
  const current = recorded && (await services.state.current(recorded.id))
  if (current === undefined) return
  throw conflict(
    `${workspaceName(location)} has a recorded state already (version ${current.number})`,
    {
      next: 'To put another in its place: portolan state push FILE --force --reason "…"',
    },
  )
}

async function find(call: Call<Flags>, place: Place, file: string | undefined): Promise<Found> {
  if (file !== undefined) {
    const bytes = await readStateFile(path.resolve(call.directory, file))
    return { bytes, reason: `from ${path.basename(file)}`, isNothing: false }
  }
  const { location } = place
  const { environment, dataHome } = call.config
  const tool = await findTool(environment, location.directory, dataHome)
  const terraformWorkspace = await terraformWorkspaceOf(call, location)
  if (call.flags.empty === true) {
    await refuseLocalState(location.directory, { tool: tool.name, terraformWorkspace })
    return nothing(tool.version, 'begun empty, no backend was asked')
  }
  call.terminal.note("Asking the module's own backend for its state …")
  // Nothing of it is recorded before something was found.
  const workspace = { ...location, id: `import-${randomUUID()}` }
  try {
    const here = { config: call.config, dataDirectory: place.services.dataDirectory }
    const module = { ...foreignModule(here, { location, workspace }), terraformWorkspace }
    const bytes = await pullForeignState(module, tool)
    if (bytes === undefined) return nothing(tool.version, "the module's own backend has no state")
    return { bytes, reason: "taken over from the module's own backend", isNothing: false }
  } finally {
    await rm(workDirectoryOf(place.services, workspace), { recursive: true, force: true })
  }
}

/** What lies there in plain sight is not nothing. */
async function refuseLocalState(
  directory: string,
  {
    tool,
    terraformWorkspace,
  }: { readonly tool: 'terraform' | 'tofu'; readonly terraformWorkspace: string },
): Promise<void> {
  const { localStates } = await describeModule(directory, tool)
  const local = localStates.find((one) => one.terraformWorkspace === terraformWorkspace)
  if (local === undefined) return
  throw conflict(`there is something to take over: ${local.file} holds a state`, {
    next: 'portolan state import   takes it over',
  })
}

function nothing(toolVersion: string, reason: string): Found {
  const state = {
    version: 4,
    terraform_version: toolVersion,
    serial: 1,
    lineage: randomUUID(),
    outputs: {},
    resources: [],
  }
  return { bytes: Buffer.from(JSON.stringify(state)), reason, isNothing: true }
}

async function recordFound(place: Place, { bytes, reason }: Found): Promise<StateVersion> {
  const { services, location } = place
  const workspace = await services.projects.ensureWorkspace(location)
  const result = await services.state.write(workspace.id, {
    bytes,
    actor: location.actor,
    cause: 'import',
    authority: { kind: 'none' },
    reason,
  })
  if (result.kind !== 'rejected') return result.version
  throw new AppError('conflict', `the state was not taken over: ${result.reason}`, {
    next: 'It is kept: portolan state rescue',
  })
}

function show(call: Call<Flags>, name: string, { found, version }: Recorded): void {
  const { terminal } = call
  const total = version.counts?.total
  terminal.emit({
    event: 'imported',
    workspace: name,
    version: version.number,
    serial: version.serial,
    resources: total ?? null,
  })
  if (found.isNothing) {
    terminal.print(
      `${name}: there is nothing to take over (${found.reason}); an empty state is version ${version.number}.`,
      'Should there be a state after all, planning would create everything a second time.',
      `${terminal.style.accent('→')} portolan plan   must show everything as new`,
    )
    return
  }
  terminal.print(
    `${name}: took over ${total === undefined ? 'a state that cannot be read' : plural(total, 'resource')} (serial ${version.serial}) as version ${version.number}.`,
    `${terminal.style.accent('→')} portolan plan   must now show no change`,
  )
}
