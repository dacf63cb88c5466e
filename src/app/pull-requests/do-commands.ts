import type { Logger } from 'pino'
import { createOutbox, type HostPermission } from '../../forges/index.ts'
import { AppError, forbidden } from '../../platform/errors.ts'
import {
  type Command,
  type CommandWords,
  commandText,
  helpText,
  type ParsedCommand,
  parseCommand,
  type ReceivedCommand,
} from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { type Asked, askHost } from './ask-host.ts'
import { applyByCommand, approveByCommand, endByCommand } from './change-commands.ts'
import { type HostActor, hostActor } from './host-actor.ts'
import type { Doing, Look } from './looking.ts'
import { planByCommand } from './plan-commands.ts'

/** Whether the host may not show yet what was asked for. */
export interface CommandsEnd {
  readonly isWaiting: boolean
}

/**
 * Does what was asked for in comments, in the order in which it was asked, and everything once. What the
 * host does not say itself was said by nobody.
 * @throws AppError when the host cannot be asked: nothing was done then
 */
export async function doCommands(
  context: Context,
  look: Look,
  log: Pick<Logger, 'warn'>,
): Promise<CommandsEnd> {
  const { project, observed } = look
  const place = { projectId: project.id, number: observed.number }
  const open = await context.pullRequests.openCommands(place)
  if (open.length === 0) return { isWaiting: false }
  const words = await wordsOf(context, look)
  const commands: Parsed[] = []
  for (const received of open) {
    const parsed = parseCommand(received.body, words)
    if (parsed === undefined) await context.pullRequests.forget(received.id)
    else commands.push({ received, parsed })
  }
  const said = await askHost(
    look,
    commands.map(({ received }) => received),
  )
  for (const { received, parsed } of commands) {
    const asked = said.get(received.id) ?? { kind: 'unknown' }
    if (asked.kind === 'said') {
      await doOnce(context, look, { received: asked.received, parsed, words })
    } else if (asked.kind !== 'later') {
      await refuse(context, { received, kind: asked.kind })
      log.warn(
        { ...place, commentId: received.commentId, author: received.author },
        because[asked.kind],
      )
    }
  }
  return { isWaiting: [...said.values()].some(({ kind }) => kind === 'later') }
}

interface Parsed {
  readonly received: ReceivedCommand
  readonly parsed: ParsedCommand
}

type Unsaid = Exclude<Asked['kind'], 'said' | 'later'>

/** For whoever runs the server: somebody may know the secret of the webhook. */
const because: Readonly<Record<Unsaid, string>> = {
  unknown: 'a command is not done: its host does not have the comment that it is told to be in',
  otherwise: 'a command is not done: its host has another text or author of the comment',
}

/** What nobody said is answered to nobody, and is nothing to be kept. */
async function refuse(
  { pullRequests }: Context,
  { received, kind }: { readonly received: ReceivedCommand; readonly kind: Unsaid },
): Promise<void> {
  if (kind === 'unknown') return pullRequests.remove(received.id)
  await pullRequests.answer(received.id, { status: 'refused', text: OTHERWISE })
}

/** How Portolan is called here. */
async function wordsOf(
  { forges }: Context,
  { project, rules, forge }: Look,
): Promise<CommandWords> {
  const { settings } = await forges.setUp(project.id)
  const { botLogin } = settings
  return {
    names: [
      'portolan',
      ...(forge.kind === 'git' || botLogin === undefined ? [] : [`@${botLogin}`]),
      ...(rules.compat === 'atlantis' ? ['atlantis'] : []),
    ],
  }
}

interface Once {
  readonly received: ReceivedCommand
  readonly words: CommandWords
}

const INTERRUPTED =
  'The server was interrupted while it did this. See where it stands, and say it again.'

const OTHERWISE =
  'the host knows this comment otherwise, and what was edited is no command. Write a new comment.'

/** Whoever is lost in the middle of it leaves it undone: what was asked for once never happens twice. */
async function doOnce(
  context: Context,
  look: Look,
  { received, parsed, words }: Once & Parsed,
): Promise<void> {
  const { pullRequests } = context
  const command = parsed.command && commandText(parsed.command)
  if (!(await pullRequests.begin(received.id, command))) {
    // Nobody else is at it: whoever was is lost.
    await pullRequests.answer(received.id, { status: 'refused', text: INTERRUPTED })
    return
  }
  await react(context, look, { received, reaction: 'seen' })
  const answer =
    parsed.command === undefined
      ? { status: 'refused' as const, text: parsed.refused }
      : await answerTo(context, look, { received, words, command: parsed.command })
  await pullRequests.answer(received.id, answer)
  await react(context, look, { received, reaction: answer.status })
}

type Answer = Parameters<Context['pullRequests']['answer']>[1]

async function answerTo(
  context: Context,
  look: Look,
  { received, words, command }: Once & { readonly command: Command },
): Promise<Answer> {
  if (command.name === 'help') return { status: 'done', text: helpText(words, command.about) }
  try {
    const { project, forge } = look
    const actor = await hostActor(context, { project, forge, login: received.author })
    const principal = demandKnown(actor, received.author, forge.kind)
    demandOnHost(actor, command.name === 'approve' ? 'read' : 'write', received.author)
    const text = await perform(context, look, { doing: { received, actor, principal }, command })
    return { status: 'done', text }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const next = error.next === undefined ? '' : ` ${error.next}`
    return { status: 'refused', text: `${error.message}.${next}` }
  }
}

function perform(
  context: Context,
  look: Look,
  {
    doing,
    command,
  }: { readonly doing: Doing; readonly command: Exclude<Command, { name: 'help' }> },
): Promise<string> {
  switch (command.name) {
    case 'plan':
    case 'destroy':
    case 'import':
      return planByCommand(context, look, { doing, command })
    case 'apply':
    case 'resume':
      return applyByCommand(context, look, { doing, command })
    case 'approve':
      return approveByCommand(context, look, { doing, command })
    default:
      return endByCommand(context, look, { doing, command: command.name })
  }
}

function demandKnown(
  { principal, name }: HostActor,
  login: string,
  kind: string,
): NonNullable<HostActor['principal']> {
  if (principal !== undefined) return principal
  const place = name.replace('/', ':')
  throw forbidden(`${login} is nobody here`, {
    next:
      kind === 'git'
        ? 'Somebody who administers Portolan can make an account.'
        : `Somebody who administers Portolan can say who that is: portolan person link NAME ${place}`,
  })
}

const order: readonly HostPermission[] = ['none', 'read', 'write', 'admin']

/** What the host does not permit is not done here either. */
function demandOnHost({ permission }: HostActor, needed: HostPermission, login: string): void {
  if (order.indexOf(permission) >= order.indexOf(needed)) return
  throw forbidden(`${login} may not ${needed === 'write' ? 'push to' : 'read'} the repository`, {
    next: 'Whoever may can do it.',
  })
}

async function react(
  { db }: Context,
  { project, observed }: Look,
  {
    received,
    reaction,
  }: { readonly received: ReceivedCommand; readonly reaction: 'seen' | 'done' | 'refused' },
): Promise<void> {
  const place = { projectId: project.id, number: observed.number }
  await createOutbox(db).tell(place, [
    { kind: 'reaction', commentId: received.commentId, reaction },
  ])
}
