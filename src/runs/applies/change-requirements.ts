import type { ChangeEvidence } from './change-evidence.ts'
import { ascertained, type Decider, type Evidence, type Verdict } from './evidence.ts'
import { decideGate } from './gate.ts'

/** What is asked of a run that belongs to a change. */
export const changeDeciders: readonly Decider[] = [
  ['change', (evidence) => open(changeOf(evidence))],
  ['current', (evidence) => current(changeOf(evidence))],
  ['upstreams', (evidence) => upstreams(changeOf(evidence))],
  ['promotion', (evidence) => promotion(changeOf(evidence))],
  ['gate', gate],
  ['window', (evidence) => window(changeOf(evidence))],
  ['destroy-policy', destroyPolicy],
]

function changeOf({ change }: Evidence): ChangeEvidence {
  const found = ascertained(change)
  if (found === undefined) throw new Error('its change is not recorded')
  return found
}

function open({ name, isOpen, closedBecause }: ChangeEvidence): Verdict {
  if (isOpen) return [true, `${name} is open`]
  return [false, `${name} is over${closedBecause === undefined ? '' : ` (${closedBecause})`}`]
}

/** What is applied is what the pull request says now, when its environment is to be applied. */
function current({ pullRequest, environment }: ChangeEvidence): Verdict {
  if (pullRequest === undefined) return [true, 'it was made of no pull request']
  const { number, status, isHead, isUntrusted, apply } = pullRequest
  const its = `#${number}`
  if (isUntrusted) return [false, `${its} comes from a fork: nothing of it is applied`]
  if (status === 'closed') return [false, `${its} was closed without being merged`]
  if (!isHead) return [false, `${its} has another head by now`]
  if (apply === 'after-merge' && status === 'open') {
    return [false, `${environment} is applied by merging ${its}`]
  }
  return [true, `it is what ${its} says`]
}

function upstreams({ upstreams: needed }: ChangeEvidence): Verdict {
  const waiting = needed.filter((upstream) => !upstream.isSettled)
  if (waiting.length === 0) return [true, 'everything that it needs is there']
  const list = some(waiting.map(({ name, standing }) => `${name} is ${standing}`))
  return [false, `it needs what is not applied: ${list}`]
}

function promotion({ environment, promotion: asked }: ChangeEvidence): Verdict {
  const { after, missing } = asked
  if (after === undefined) return [true, `${environment} comes after no other environment`]
  if (missing.length === 0) return [true, `it has proven itself in ${after}`]
  return [false, `${environment} comes after ${after}: ${some(missing)}`]
}

function gate(evidence: Evidence): Verdict {
  const { gate: asked, environment, author, isAuthorKnown } = changeOf(evidence)
  const isOpen = asked === undefined || asked.approvals === 0
  const { met, sentence } = decideGate({
    gate: asked,
    environment,
    author,
    isAuthorKnown,
    // Nothing has to be known where nothing is asked.
    digest: isOpen ? undefined : ascertained(evidence.plan)?.digest,
    approvals: isOpen ? [] : ascertained(evidence.approvals),
  })
  return [met, sentence]
}

function window({ environment, window: asked }: ChangeEvidence): Verdict {
  if (asked === undefined) return [true, `${environment} may be changed at any time`]
  if (asked.isOpen) return [true, `the window of ${environment} is open: ${asked.text}`]
  const opens = asked.opens.toISOString().slice(0, 16).replace('T', ' ')
  return [false, `the window of ${environment} is closed (${asked.text}); it opens at ${opens} UTC`]
}

function destroyPolicy(evidence: Evidence): Verdict {
  const { gate: asked, environment } = changeOf(evidence)
  if (asked?.destroy !== 'deny') return [true, `${environment} allows what is destroyed`]
  const { summary } = evidence.run
  if (summary === undefined) return [false, 'what the plan would destroy is not known']
  const gone = summary.delete + summary.replace + summary.forget
  if (gone === 0) return [true, 'nothing is deleted, replaced or forgotten']
  const what = gone === 1 ? '1 resource' : `${gone} resources`
  return [
    false,
    `${environment} denies what destroys: the plan deletes, replaces or forgets ${what}`,
  ]
}

function some(sentences: readonly string[]): string {
  const told = sentences.slice(0, 3).join(', ')
  return sentences.length > 3 ? `${told} and ${sentences.length - 3} more` : told
}
