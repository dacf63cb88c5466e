import { conflict } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { type Operation, type Run, runName, type StoredPlan } from '../../runs/index.ts'
import { type Call, exit } from '../call.ts'
import { errorText, planText } from '../render/plan-text.ts'
import { doneLine, riskLine, summaryLine } from '../render/run-view.ts'
import { outputLines } from '../render/state-view.ts'
import { sanitise, sanitiseLine } from '../render/text.ts'
import { duration } from '../render/time.ts'
import type { Place, WorkspacePlace } from '../workspace/place.ts'
import { type ApprovalFlags, parallelismOf, type RunFlags } from './run-flags.ts'
import { openRunScreen, type RunScreen } from './run-screen.ts'
import { automaticVariableFiles, readInputs, type VariableFile } from './variable-files.ts'

const planTitles: Readonly<Record<Operation, string>> = {
  apply: 'Planning',
  destroy: 'Planning the end of',
  refresh: 'Looking at',
}

const applyTitles: Readonly<Record<Operation, string>> = {
  apply: 'Applying',
  destroy: 'Destroying',
  refresh: 'Recording',
}

export interface Planned {
  readonly run: Run
  readonly files: readonly VariableFile[]
}

/** What is refused before a workspace is made for a first run. */
export async function refuseFirstRun(
  { directory, flags }: Call<RunFlags>,
  { services, location }: Place,
): Promise<void> {
  parallelismOf(flags)
  await readInputs(directory, flags)
  await services.work.refuseToBegin(location)
}

/** Plans and shows the plan; the run is planned, unchanged, failed or cancelled afterwards. */
export async function planAndShow(
  call: Call<RunFlags>,
  place: WorkspacePlace,
  options: {
    readonly operation: Operation
    readonly planOnly: boolean
    readonly screen: RunScreen
  },
): Promise<Planned> {
  const { flags, terminal, config } = call
  const { location, workspace, services } = place
  const { operation, screen } = options
  const inputs = await readInputs(call.directory, flags)
  const files = await automaticVariableFiles(location.directory, config.environment)
  screen.begin({
    title: `${planTitles[operation]} ${workspaceName(workspace)}`,
    total: undefined,
    expectedSeconds: undefined,
  })
  const run = await services.work.planModule(
    {
      location,
      workspace,
      operation,
      options: {
        planOnly: options.planOnly,
        targets: flags.target ?? [],
        replace: flags.replace ?? [],
        refresh: flags.refresh !== false,
        parallelism: parallelismOf(flags),
        variableNames: Object.keys(inputs.variables),
        variableFiles: [...inputs.variableFiles, ...files.map((file) => file.name)],
      },
      inputs,
    },
    screen.watch,
  )
  const text = screen.end()
  if (terminal.live.available && saysMore(run, text)) {
    terminal.print(planText(text, terminal.style))
  }
  return { run, files }
}

/** Of a run without changes only a warning is worth a person's time. */
function saysMore(run: Run, text: string): boolean {
  return run.status !== 'unchanged' || text.includes('Warning:')
}

/** The lines below a plan: what it would do, how risky that is, what it was made with. */
export function printPlanFacts(call: Call, { run, files }: Planned): void {
  const { terminal } = call
  const { style } = terminal
  if (run.summary === undefined) return
  const risk = riskLine(run.summary, style)
  const given = run.options.variableFiles.filter(
    (name) => !files.some((file) => file.name === name),
  )
  const used = [
    ...given.map((name) => sanitiseLine(name)),
    ...files.map(
      (file) => sanitiseLine(file.name) + (file.ignoredByGit ? ' (ignored by git)' : ''),
    ),
  ]
  terminal.print(
    `${style.bold('Plan')}  ${summaryLine(run.summary)}`,
    ...(risk === undefined ? [] : [risk]),
    ...(used.length === 0 ? [] : [`${style.bold('Uses')}  ${used.join(', ')}`]),
  )
}

/** What became of a run that was not planned: nothing to change, failed or cancelled. */
export function endWithoutPlan(call: Call, run: Run): number {
  const { terminal } = call
  const { style } = terminal
  const name = runName(run.id)
  switch (run.status) {
    case 'unchanged':
      terminal.print(`${style.good('Nothing to change.')} ${style.dim(name)}`)
      return exit.done
    case 'cancelled':
      terminal.note(`${name} is cancelled: nothing was changed.`)
      return exit.error
    default:
      terminal.note(
        `${style.bad(style.bold('error:'))} ${name} ${run.status}: ${sanitise(run.reason ?? 'no reason was given')}`,
        `${style.accent('→')} portolan logs ${name}   shows what Terraform said`,
      )
      return exit.error
  }
}

/** Approves a plan, by flag or by asking; undefined when nobody could be asked or said no. */
export async function approveRun(
  call: Call<ApprovalFlags>,
  place: WorkspacePlace,
  { run, ask }: { readonly run: Run; readonly ask: boolean },
): Promise<'approved' | 'declined' | 'waits'> {
  const { terminal, flags } = call
  const plan = await place.services.runs.plan(run.id)
  if (plan === undefined)
    throw conflict(`${runName(run.id)} has no plan`, { next: 'portolan plan' })
  refuseProtected(run, flags)
  if (ask && flags.autoApprove !== true) {
    if (!terminal.interactive) return 'waits'
    const digest = plan.digest.slice(0, 12)
    const name = workspaceName(place.workspace)
    const answer = await terminal.ask(`\nApply this plan (${digest}) to ${name}? [yes/no] `)
    if (answer?.trim().toLowerCase() !== 'yes') return 'declined'
  }
  await place.services.runs.approve(run.id, approvalOf(plan, place, flags))
  return 'approved'
}

function approvalOf(plan: Pick<StoredPlan, 'digest'>, place: WorkspacePlace, flags: ApprovalFlags) {
  return {
    digest: plan.digest,
    actor: place.location.actor,
    ...(flags.override === undefined ? {} : { overrideReason: flags.override }),
  }
}

function refuseProtected(run: Run, flags: ApprovalFlags): void {
  const guarded = run.summary?.protected ?? []
  if (guarded.length === 0 || (flags.override ?? '').trim() !== '') return
  throw conflict(
    `${runName(run.id)} would end protected resources: ${guarded.slice(0, 5).join(', ')}`,
    {
      details: { protected: guarded },
      next: `If that is wanted: portolan apply ${runName(run.id)} --override "why"`,
    },
  )
}

/** Applies an approved run and says how it ended. */
export async function applyAndShow(
  call: Call<RunFlags>,
  place: WorkspacePlace,
  { run, screen }: { readonly run: Run; readonly screen: RunScreen },
): Promise<number> {
  const { services, workspace } = place
  const summary = run.summary
  screen.begin({
    title: `${applyTitles[run.operation]} ${workspaceName(workspace)}`,
    total:
      summary === undefined
        ? undefined
        : summary.create + summary.update + summary.delete + 2 * summary.replace,
    expectedSeconds: await services.runs.expectedSeconds(workspace.id, run.operation),
  })
  const ended = await services.work.applyModule({ ...place, run }, screen.watch)
  const text = screen.end()
  return showEnd(call, place, { run: ended, text })
}

async function showEnd(
  call: Call<RunFlags>,
  { services, workspace }: WorkspacePlace,
  { run, text }: { readonly run: Run; readonly text: string },
): Promise<number> {
  const { terminal, flags } = call
  const { style } = terminal
  const name = runName(run.id)
  if (run.status === 'applied') {
    const current = await services.state.masked(workspace.id)
    const seconds = ((run.finishedAt?.getTime() ?? 0) - (run.applyingAt?.getTime() ?? 0)) / 1000
    const state = current === undefined ? '' : `, state version ${current.version}`
    const done = run.summary === undefined ? 'done' : doneLine(run.summary)
    terminal.print(
      '',
      `${style.good(style.bold('Applied'))} ${name}: ${done} in ${tookText(seconds)}${state}`,
    )
    // Elsewhere Terraform's own output has shown them.
    if (current !== undefined && terminal.live.available) {
      if (current.outputs.length > 0) terminal.print('', ...outputLines(current.outputs, style))
    }
    return flags.detailedExitcode === true ? exit.changes : exit.done
  }
  if (run.status === 'cancelled') {
    terminal.note(
      '',
      `${style.warn(style.bold('Cancelled'))} ${name}: what was finished before is recorded.`,
      `${style.accent('→')} portolan state diff   shows it; portolan plan   what is left to do`,
    )
    return exit.error
  }
  if (terminal.live.available) terminal.print(errorText(text, style))
  terminal.note(
    '',
    `${style.bad(style.bold('error:'))} ${name} ${run.status === 'unknown' ? 'ended unseen' : run.status}: ${sanitise(run.reason ?? '')}`,
    run.status === 'unknown'
      ? `${style.accent('→')} portolan state rescue   shows what is known of it, and the way on`
      : `${style.accent('→')} What was done before is recorded: portolan state diff. Mend the cause and plan again.`,
  )
  return exit.error
}

function tookText(seconds: number): string {
  return seconds < 1 ? 'under a second' : duration(seconds)
}

/** Opens the screen of a run for the length of some work. */
export async function withScreen<T>(
  call: Call,
  place: WorkspacePlace,
  work: (screen: RunScreen) => Promise<T>,
): Promise<T> {
  const { run } = place.services.work.cancelSentences
  const screen = openRunScreen(call.terminal, workspaceName(place.workspace), run)
  try {
    return await work(screen)
  } finally {
    screen.close()
  }
}
