import { permitsSomewhere } from '../../access/index.ts'
import { demandImportable } from '../../engines/index.ts'
import { buildGraph, type Manifest, select } from '../../manifest/index.ts'
import { conflict, forbidden, invalid } from '../../platform/errors.ts'
import { type Command, type CommandSelection, commandText } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import type { Doing, Look } from './looking.ts'
import type { PlanWish } from './plan-head.ts'
import { isWhole, namesIn } from './selected-names.ts'

type PlanCommand = Extract<Command, { name: 'plan' | 'destroy' | 'import' }>

/** Plans again because somebody asked for it; of a draft or a fork that is what lets it be planned. */
export async function planByCommand(
  context: Context,
  look: Look,
  { doing, command }: { readonly doing: Doing; readonly command: PlanCommand },
): Promise<string> {
  const { principal } = doing
  const { project } = look
  if (!permitsSomewhere(principal, 'change:plan', project.name)) {
    throw forbidden(`${principal.name} may not plan in ${project.name}: it needs change:plan`, {
      next: 'Ask an administrator for a role that permits it.',
    })
  }
  const wish = wishOf(look, command)
  await permitHead(context, look, doing)
  switch (await look.plan(wish)) {
    case 'busy':
      throw conflict('what was planned before is being applied', {
        next: 'Say it again when that has ended.',
      })
    case 'problem': {
      const { problem } = await look.pullRequest()
      throw conflict(problem ?? 'it cannot be planned')
    }
    case 'ended':
      throw conflict(`it is ${look.observed.status}`, { next: 'Open a new pull request.' })
    case 'held':
      throw conflict('it may not be planned as it is')
    default: {
      const view = await look.view()
      return view === undefined
        ? 'Nothing is affected.'
        : `Planning ${counted(view.nodes.length, 'workspace')}.`
    }
  }
}

/**
 * Lets the head be planned that somebody looked at. One of a fork that was pushed since they said so
 * is not what they have seen.
 */
async function permitHead(context: Context, look: Look, { received, actor }: Doing): Promise<void> {
  const pullRequest = await look.pullRequest()
  const { isFork, isDraft, headCommit, headSeenAt, permittedCommit } = pullRequest
  if ((!isFork && !isDraft) || permittedCommit === headCommit) return
  if (isFork && headSeenAt > received.commentedAt) {
    throw conflict(`its head ${headCommit.slice(0, 10)} is newer than this comment`, {
      next: 'Look at what it would run on the server, and say it again.',
    })
  }
  await context.pullRequests.permit(pullRequest.id, { commit: headCommit, by: actor.name })
}

function wishOf({ rules }: Look, command: PlanCommand): PlanWish {
  const { selection } = command
  const runs = command.name === 'plan' ? runOptions(command.extraArguments, rules) : undefined
  if ((runs !== undefined || command.name !== 'plan') && isWhole(selection)) {
    throw invalid(`\`${command.name}\` needs to be told which workspaces`, {
      next: 'Name them: -e ENVIRONMENT -c COMPONENT',
    })
  }
  if (command.name === 'import') demandImportable(command)
  return {
    text: commandText(command),
    isWhole: isWhole(selection) && !selection.withDependencies,
    select: (manifest) => {
      const names = selected(manifest, selection)
      if (command.name === 'import') demandOne(manifest, names)
      return names
    },
    withDependencies: command.name !== 'import' && selection.withDependencies,
    runs:
      command.name === 'import'
        ? { imports: [{ address: command.address, id: command.id }] }
        : runs,
    operation: command.name === 'destroy' ? 'destroy' : 'apply',
  }
}

/** An address is one of a single workspace's. */
function demandOne(manifest: Manifest, names: readonly string[]): void {
  const [name = '', ...others] = names
  if (others.length > 0) {
    const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
    throw invalid(`\`import\` is into one workspace, and this names ${names.length}: ${shown}`, {
      next: 'Name one: -e ENVIRONMENT -c COMPONENT',
    })
  }
  const component = manifest.components.get(buildGraph(manifest).nodes.get(name)?.component ?? '')
  if (component?.kind === 'terraform') return
  throw invalid(`${name} is no workspace of Terraform: nothing can be imported into it`, {
    next: 'Name a workspace of a component with `terraform:`.',
  })
}

function selected(manifest: Manifest, selection: CommandSelection): readonly string[] {
  if (isWhole(selection)) return []
  return namesIn(selection, {
    manifest,
    all: [...buildGraph(manifest).nodes.values()],
    select: (wish) => [...select(buildGraph(manifest), wish).names],
  })
}

const known = /^-{1,2}(?:(target|replace)=(.+)|refresh=(true|false))$/

/** What may be given to Terraform from a comment, as far as the base branch permits it. */
function runOptions(given: readonly string[], { extraArguments }: Look['rules']): PlanWish['runs'] {
  if (given.length === 0) return undefined
  const targets: string[] = []
  const replace: string[] = []
  let refresh: boolean | undefined
  for (const one of given) {
    const found = known.exec(one)
    const flag = `-${one.replace(/^-+/, '').split('=')[0]}`
    if (found === null) {
      throw invalid(`\`${flag}\` cannot be given to Terraform from a comment`, {
        next: 'What can be: -target=ADDRESS, -replace=ADDRESS, -refresh=false.',
      })
    }
    if (!extraArguments.includes(flag)) {
      throw forbidden(`\`${flag}\` is not permitted from comments`, {
        next: `The base branch can permit it in portolan.yaml: pull_requests: { extra_arguments: [${flag}] }`,
      })
    }
    const [, kind, address = '', refreshed] = found
    if (kind === 'target') targets.push(address)
    else if (kind === 'replace') replace.push(address)
    else refresh = refreshed === 'true'
  }
  return { targets, replace, ...(refresh === undefined ? {} : { refresh }) }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
