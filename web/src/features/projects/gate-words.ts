import type { Project } from '../../lib/types.ts'

type Environment = Project['environments'][number]

/** What must be so before something is applied in an environment, each as a sentence. */
export function gateSentences({ after, auto, gate }: Environment): readonly string[] {
  const demands = [
    ...(after === undefined ? [] : [`Only what went well in ${after}.`]),
    ...(gate === undefined || gate.approvals === 0 ? [] : [approvals(gate.approvals, gate.from)]),
    ...(gate?.window === undefined ? [] : [`Only in the window ${gate.window}.`]),
    ...(gate?.destroy === 'deny' ? ['Nothing may be destroyed.'] : []),
    ...(gate?.dirty === 'deny' ? ['Only what is committed.'] : []),
  ]
  if (!auto) return demands
  return [
    ...demands,
    demands.length === 0
      ? 'Applied by itself as soon as it is planned.'
      : 'Applied by itself when it is planned and all of this holds.',
  ]
}

function approvals(count: number, from: readonly string[]): string {
  const people = count === 1 ? '1 approval' : `${count} approvals`
  return from.length === 0 ? `Needs ${people}.` : `Needs ${people} from ${from.join(' or ')}.`
}
