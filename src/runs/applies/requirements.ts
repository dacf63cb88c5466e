import { type PlanFacts, runName } from '../run.ts'
import { changeDeciders } from './change-requirements.ts'
import {
  ascertained,
  type Decider,
  type Evidence,
  type Requirement,
  type Verdict,
} from './evidence.ts'

const deciders: readonly Decider[] = [
  ['planned', planned],
  ['applicable', applicable],
  ['approved', approved],
  ['not-stale', notStale],
  ['state-safe', stateSafe],
  ['no-other-apply', noOtherApply],
  ['unlocked', unlocked],
  ['override', override],
  ['reserved', reserved],
]

/** Decides, for every door, whether a run may apply. What could not be found out is not met. */
export function decideRequirements(evidence: Evidence): Requirement[] {
  const all = evidence.run.changeId === undefined ? deciders : [...deciders, ...changeDeciders]
  return all.map(([name, decide]) => {
    const [met, sentence] = verdictOf(decide, evidence)
    return { name, met, sentence }
  })
}

function verdictOf(decide: (evidence: Evidence) => Verdict, evidence: Evidence): Verdict {
  try {
    return decide(evidence)
  } catch (error) {
    return [false, `this could not be checked: ${error instanceof Error ? error.message : error}`]
  }
}

function planned({ run, plan }: Evidence): Verdict {
  const name = runName(run.id)
  if (run.status !== 'planned') return [false, `${name} is ${run.status}, not planned`]
  const found = ascertained(plan)
  if (!found) return [false, `${name} has no plan`]
  if (found.provisional)
    return [false, `the plan of ${name} is provisional: its inputs are not real yet`]
  if (!found.hasFile) return [false, `the plan file of ${name} was deleted`]
  return [true, `${name} is planned`]
}

function applicable({ plan }: Evidence): Verdict {
  const found = ascertained(plan)
  if (found?.provisional) return [false, 'a provisional plan is never applied']
  if (!found?.applicable) return [false, 'Terraform says that this plan cannot be applied']
  return [true, 'Terraform says that this plan can be applied']
}

function approved({ plan, approvals }: Evidence): Verdict {
  const digest = ascertained(plan)?.digest
  const all = ascertained(approvals)
  const approval = all.find((each) => each.digest === digest)
  if (digest && approval) return [true, `${approval.actor} approved this plan`]
  if (all.length === 0) return [false, 'nobody approved this plan']
  return [false, `${all.at(-1)?.actor} approved an earlier plan of this run, not this one`]
}

function notStale({ plan, facts, state }: Evidence): Verdict {
  const then = ascertained(plan)?.facts
  if (!then) return [false, 'there is no plan to compare with']
  const now = ascertained(state)
  const moved = [
    ...stateMoved(then.state, now),
    ...(then.planFile === facts.planFile ? [] : ['the plan file is another one']),
    ...(then.source === facts.source ? [] : ['the configuration changed']),
    ...(then.inputs === facts.inputs ? [] : ['the inputs changed']),
    ...(then.tool === facts.tool ? [] : [`the tool changed from ${then.tool} to ${facts.tool}`]),
  ]
  if (moved.length > 0) return [false, `${moved.join(', ')} since the plan was made`]
  // Facts that were gathered against another state say nothing about the present.
  if (stateMoved(facts.state, now).length > 0) return [false, 'the state moved just now']
  return [true, 'nothing moved since the plan was made']
}

function stateMoved(then: PlanFacts['state'], now: PlanFacts['state']): string[] {
  if (then?.lineage === now?.lineage && then?.serial === now?.serial) return []
  if (!now) return ['the state disappeared']
  if (!then) return [`a state (serial ${now.serial}) appeared`]
  if (then.lineage !== now.lineage) return ['the state was replaced by one of another lineage']
  return [`the state moved from serial ${then.serial} to ${now.serial}`]
}

function stateSafe({ atRisk }: Evidence): Verdict {
  const quarantined = ascertained(atRisk)
  if (!quarantined) return [true, 'no state of this workspace is at risk']
  const since = quarantined.createdAt.toISOString()
  return [
    false,
    `the state is at risk: an upload by ${quarantined.actor} at ${since} was rejected (${quarantined.reason}); promote or dismiss it first`,
  ]
}

function noOtherApply({ otherApply }: Evidence): Verdict {
  const other = ascertained(otherApply)
  if (!other) return [true, 'no other run of this workspace is applying']
  const name = runName(other.id)
  if (other.status === 'applying') return [false, `${name} by ${other.actor} is applying`]
  return [false, `nobody saw how ${name} by ${other.actor} ended; recover it first`]
}

function unlocked({ lock }: Evidence): Verdict {
  const held = ascertained(lock)
  if (!held) return [true, 'the workspace is not locked']
  const who = held.kind === 'run' ? held.id : `${held.actor} since ${held.createdAt.toISOString()}`
  return [false, `the workspace is locked: ${who}`]
}

function override({ run, plan, approvals, selfOverride }: Evidence): Verdict {
  if (!run.summary) return [false, 'what the plan would do to protected resources is not known']
  const guarded = run.summary.protected
  if (guarded.length === 0) return [true, 'no protected resource is deleted, replaced or forgotten']
  const digest = ascertained(plan)?.digest
  const overrides = ascertained(approvals).filter(
    (each) => each.digest === digest && (each.overrideReason ?? '').trim() !== '',
  )
  const valid = overrides.find((each) => selfOverride || each.actor !== run.actor)
  if (valid) return [true, `${valid.actor} overrode the protection: ${valid.overrideReason}`]
  const list = guarded.slice(0, 3).join(', ') + (guarded.length > 3 ? ', …' : '')
  const who = selfOverride ? 'a person' : `somebody other than ${run.actor}`
  return [
    false,
    `${guarded.length} protected (${list}): ${who} must override the protection of this plan with a reason`,
  ]
}

function reserved({ reservation }: Evidence): Verdict {
  const { workspace, inFront, place } = ascertained(reservation)
  if (inFront === undefined) return [true, `no other pull request has reserved ${workspace}`]
  const { number, title, since, turnUntil } = inFront
  const who = `#${number} (${shown(title)})`
  const yours = place === undefined ? '' : `; yours is ${ordinal(place)} in the queue`
  if (turnUntil !== undefined) {
    const until = `${turnUntil.toISOString().slice(11, 16)} UTC`
    return [false, `${workspace} is free, and until ${until} it is the turn of ${who}${yours}`]
  }
  const when =
    since === undefined ? '' : ` since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return [false, `${workspace} is reserved by ${who}${when}${yours}`]
}

/** A title is what anybody wrote. */
function shown(title: string): string {
  const line = title.replace(/\p{C}+/gu, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function ordinal(place: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd' }[ordinals.select(place) as string] ?? 'th'
  return `${place}${ending}`
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
