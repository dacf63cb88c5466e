import type { GateEvidence } from './change-evidence.ts'
import type { Approval, Approver } from './evidence.ts'

/** Whether a gate lets a plan through, and what it rests on. */
export interface GateQuestion {
  readonly environment: string
  readonly gate: GateEvidence | undefined
  /** Who made the change: agreeing with oneself is no second pair of eyes. */
  readonly author: string
  /** The author is somebody here; else nobody can tell whether they are one of those who approved. */
  readonly isAuthorKnown: boolean
  /** Of the plan as it is now. */
  readonly digest: string | undefined
  /** Of every plan that the run ever had. */
  readonly approvals: readonly Approval[]
}

export interface GateVerdict {
  readonly met: boolean
  readonly sentence: string
  /** Approvals that it still needs. */
  readonly missing: number
}

type Asked = Pick<GateQuestion, 'gate' | 'author'>
type AskedGate = Pick<GateQuestion, 'isAuthorKnown'> & { readonly gate: GateEvidence }

/**
 * Counts different people who approved the present plan. A name that git gives is nobody's proof that
 * there are two people, or who is in a team: it counts where one approval of anybody is asked for.
 * Of an author who is nobody here it asks for one more: then as many as it asks for are of others.
 */
export function decideGate(question: GateQuestion): GateVerdict {
  const { gate: own, environment, digest, isAuthorKnown } = question
  if (own === undefined || own.approvals === 0) {
    return { met: true, missing: 0, sentence: `${environment} asks for no approvals of its own` }
  }
  const gate = isAuthorKnown ? own : { ...own, approvals: own.approvals + 1 }
  const present = question.approvals.filter((approval) => approval.digest === digest)
  const anybody = isForAnybody({ gate: own, isAuthorKnown })
    ? present.find((one) => one.person === undefined)
    : undefined
  const counted = new Map(
    present.flatMap(({ person }) =>
      person !== undefined && countsAtGate(question, person) ? [[person.id, person.name]] : [],
    ),
  )
  const names = anybody === undefined ? [...counted.values()] : [anybody.actor]
  const missing = Math.max(0, gate.approvals - names.length)
  if (missing === 0) {
    return { met: true, missing, sentence: `${list(names)} approved it for ${environment}` }
  }
  const approved = names.length === 0 ? [] : [`${list(names)} approved`]
  const said = [
    needText(gate, missing),
    ...approved,
    ...inVain(present, question),
    ...unknownAuthor(question),
  ].join('; ')
  return { met: false, missing, sentence: `${environment} waits: ${said}` }
}

/** Whether an approval of this person counts at the gate of a change. */
export function countsAtGate({ gate, author }: Asked, person: Approver): boolean {
  if (person.isDisabled || person.name === author) return false
  return gate === undefined || isAmong(gate, person)
}

/** One approval of whoever it is: no proof of who approved is needed. */
export function isForAnybody({ gate, isAuthorKnown }: AskedGate): boolean {
  return isAuthorKnown && gate.approvals === 1 && gate.from.length === 0
}

/** Why one approval more is asked for than the gate says. */
export function unknownAuthor({
  author,
  isAuthorKnown,
}: Pick<GateQuestion, 'author' | 'isAuthorKnown'>): string[] {
  if (isAuthorKnown) return []
  const login = author.replace('/', ':')
  return [
    `its author ${author} is nobody here, so one more is needed: portolan person link NAME ${login}, and plan it again`,
  ]
}

const TEAM = 'team/'

function isAmong({ from }: GateEvidence, { name, teams }: Approver): boolean {
  if (from.length === 0) return true
  return from.some((who) =>
    who.startsWith(TEAM) ? teams.includes(who.slice(TEAM.length)) : who === name,
  )
}

function needText(gate: GateEvidence, missing: number): string {
  const { approvals, from } = gate
  const whose = from.length === 0 ? '' : ` from ${from.join(' or ')}`
  const verb = missing === 1 ? 'is' : 'are'
  const count = (more: string) => `${missing}${more} ${missing === 1 ? 'approval' : 'approvals'}`
  if (missing < approvals) return `${count(' more')} of ${approvals}${whose} ${verb} needed`
  return `${count('')}${approvals === 1 && from.length === 0 ? ' of this plan' : whose} ${verb} needed`
}

/** Why approvals do not count that were given. */
function inVain(present: readonly Approval[], question: GateQuestion): string[] {
  const nameless = present.filter(({ person }) => person === undefined)
  const people = present.flatMap(({ person }) => person ?? [])
  const who = list(some(nameless.map(({ actor }) => actor)))
  return [
    ...(nameless.length === 0
      ? []
      : [`${who} approved without an account: people and teams need a Portolan server`]),
    ...some(people.flatMap((person) => whyNot(person, question) ?? [])),
  ]
}

function whyNot(person: Approver, question: GateQuestion): string | undefined {
  if (countsAtGate(question, person)) return undefined
  if (person.isDisabled) return `the account of ${person.name}, who approved, is disabled`
  if (person.name === question.author) return `${person.name} made the change: others must approve`
  return `${person.name} approved, who is not asked`
}

function some(texts: readonly string[]): readonly string[] {
  return texts.length > 3 ? [...texts.slice(0, 2), `${texts.length - 2} more`] : texts
}

function list(names: readonly string[]): string {
  if (names.length < 3) return names.join(' and ')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
