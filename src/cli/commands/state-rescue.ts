import { AppError, conflict, invalid, notFound } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import type { QuarantinedState } from '../../state/index.ts'
import { type Call, exit } from '../call.ts'
import { shortActor } from '../render/run-view.ts'
import { table } from '../render/table.ts'
import { sanitiseLine } from '../render/text.ts'
import { ago, bytes } from '../render/time.ts'
import { requireReason, requireRun } from '../typed.ts'
import { findLeftovers } from '../workspace/leftovers.ts'
import type { EnvironmentFlags, WorkspacePlace } from '../workspace/place.ts'
import { withRescuePlace } from '../workspace/rescue-place.ts'

interface Flags extends EnvironmentFlags {
  readonly reason?: string
  readonly promote?: string
  readonly dismiss?: string
  readonly pull?: string
  readonly recover?: string
}

/** Lists what may have to be rescued, and takes it up. */
export async function run(call: Call<Flags>): Promise<number> {
  const { flags } = call
  const ways = [flags.promote, flags.pull, flags.dismiss, flags.recover]
  if (ways.filter((one) => one !== undefined).length > 1) {
    throw invalid('one thing at a time: --promote, --pull, --dismiss or --recover')
  }
  const run = flags.recover === undefined ? undefined : requireRun(flags.recover)
  return withRescuePlace(call, run, async (place) => {
    if (flags.promote !== undefined) return promote(call, place, flags.promote)
    if (flags.pull !== undefined) return pull(call, place, flags.pull)
    if (flags.dismiss !== undefined) return dismiss(call, place, flags.dismiss)
    if (run !== undefined) return recover(call, place, run)
    return list(call, place)
  })
}

async function list({ terminal }: Call<Flags>, place: WorkspacePlace): Promise<number> {
  const { services, workspace } = place
  const { style } = terminal
  const quarantined = await services.state.quarantined(workspace.id)
  const unknown = (await services.runs.live(workspace.id)).find((one) => one.status === 'unknown')
  const { atWork, states: leftovers } = await findLeftovers(place, unknown)
  terminal.emit({
    quarantined,
    unknown: unknown === undefined ? null : `run-${unknown.id}`,
    atWork: atWork ?? null,
    leftovers: leftovers.map(({ bytes: _bytes, ...facts }) => facts),
  })
  if (quarantined.length === 0 && unknown === undefined && leftovers.length === 0) {
    terminal.print(`${workspaceName(workspace)}: there is nothing to rescue.`)
    return exit.done
  }
  if (quarantined.length > 0) {
    terminal.print(
      style.bold('Rejected uploads'),
      ...table(quarantined.map(quarantineRow), { indent: 2 }),
      style.dim(
        '  --promote ID makes one the current state, --dismiss ID decides that it is not needed,',
      ),
      style.dim('  --pull ID > FILE saves its bytes, to look at it.'),
    )
  }
  if (unknown !== undefined) {
    terminal.print(
      style.bold(`run-${unknown.id}: nobody saw how its apply ended`),
      atWork === undefined
        ? '  The workspace is frozen. When you are sure that its Terraform runs no more:'
        : `  Its Terraform is still at work (process ${atWork.pid ?? 'unknown'}): let it end, then:`,
      `  portolan state rescue --recover run-${unknown.id} --reason "…"   records the newest state that was seen, releases the lock`,
    )
  }
  for (const one of leftovers) {
    terminal.print(
      `${style.bold(one.title)}  serial ${one.serial}, ${one.resources} resources`,
      `  ${sanitiseLine(one.file)}`,
    )
    if (one.next !== undefined) terminal.print(`  ${style.accent('→')} ${one.next}`)
  }
  return exit.done
}

function quarantineRow(one: QuarantinedState): string[] {
  return [
    one.id.slice(0, 8),
    one.atRisk ? 'AT RISK' : 'stale',
    ago(one.createdAt, new Date()),
    shortActor(one.actor),
    one.runId === undefined ? '' : `run-${one.runId}`,
    bytes(one.size),
    sanitiseLine(one.reason),
  ]
}

async function promote(call: Call<Flags>, place: WorkspacePlace, text: string): Promise<number> {
  const reason = requireReason(call.flags.reason, '--promote')
  const one = await findQuarantined(place, text)
  const version = await place.services.state.promote(one.id, {
    actor: place.location.actor,
    reason,
  })
  call.terminal.emit({ event: 'promoted', id: one.id, version: version.number })
  call.terminal.print(
    `The rejected upload is the current state now, as version ${version.number}.`,
    `${call.terminal.style.accent('→')} portolan plan   shows whether it agrees with reality`,
  )
  return exit.done
}

async function pull(call: Call<Flags>, place: WorkspacePlace, text: string): Promise<number> {
  const one = await findQuarantined(place, text)
  await call.terminal.raw(await place.services.state.readQuarantined(one, place.location.actor))
  return exit.done
}

async function dismiss(call: Call<Flags>, place: WorkspacePlace, text: string): Promise<number> {
  const reason = requireReason(call.flags.reason, '--dismiss')
  const one = await findQuarantined(place, text)
  await place.services.state.dismiss(one.id, { actor: place.location.actor, reason })
  call.terminal.emit({ event: 'dismissed', id: one.id })
  call.terminal.print('The rejected upload is dismissed; its bytes stay in the database.')
  return exit.done
}

async function findQuarantined(place: WorkspacePlace, text: string): Promise<QuarantinedState> {
  const all = await place.services.state.quarantined(place.workspace.id)
  const found = all.filter((one) => one.id.startsWith(text))
  const [only] = found
  if (only !== undefined && found.length === 1 && text.length >= 4) return only
  throw notFound(`no rejected upload that is open is called ${text}`, {
    next: '`portolan state rescue` lists them.',
  })
}

async function recover(call: Call<Flags>, place: WorkspacePlace, id: number): Promise<number> {
  const { services, location, workspace } = place
  const reason = requireReason(call.flags.reason, '--recover')
  const found = await services.runs.get(id)
  if (found.workspaceId !== workspace.id) {
    const other = await services.projects.workspace(found.workspaceId)
    throw invalid(`run-${id} is one of ${workspaceName(other)}`, {
      next: 'Go to its directory, or use -C and -e.',
    })
  }
  const { atWork, states } = await findLeftovers(place, found)
  if (atWork !== undefined && atWork.runId === id) {
    throw conflict(
      `the Terraform of run-${id} is still at work (process ${atWork.pid ?? 'unknown'})`,
      {
        next: 'Let it end: it writes its state by itself. Then recover the run.',
      },
    )
  }
  const [newest] = states
  const request = { actor: location.actor, reason }
  const recovered = await services.runs
    .recover(id, { ...request, state: newest?.bytes ?? 'live' })
    .catch((error: unknown) => {
      // Nothing was seen of it, here or by the server: what is recorded stays.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      return services.runs.recover(id, { ...request, state: 'current' })
    })
  const current = await services.state.current(workspace.id)
  call.terminal.emit({
    event: 'recovered',
    run: `run-${id}`,
    status: recovered.status,
    version: current?.number ?? null,
  })
  call.terminal.print(
    `run-${id} is ended as ${recovered.status}; the lock is released.`,
    current === undefined
      ? 'No state of it was seen.'
      : `The current state is version ${current.number} (serial ${current.serial}).`,
    `${call.terminal.style.accent('→')} portolan plan   shows how reality differs from it: look closely before you apply`,
  )
  return exit.done
}
