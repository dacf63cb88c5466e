import type { Environment, Gate } from '../../manifest/index.ts'
import { plural, sanitiseLine } from './text.ts'

type Described = Pick<Environment, 'after' | 'gate'> & Partial<Environment>

/** What must hold before something is applied to an environment, each as a few words. */
export function conditionsOf({ after, gate, auto, concurrency }: Described): string[] {
  return [
    after === undefined ? '' : `after ${sanitiseLine(after)}`,
    auto === true ? 'applied on merge' : '',
    gate === undefined || gate.approvals === 0 ? '' : approversText(gate),
    gate?.window === undefined ? '' : `only ${sanitiseLine(gate.window)}`,
    gate?.destroy === 'deny' ? 'nothing may be destroyed' : '',
    gate?.dirty === 'deny' ? 'only what is committed' : '',
    concurrency === undefined ? '' : `${concurrency} at once`,
  ].filter((text) => text !== '')
}

function approversText({ approvals, from }: Gate): string {
  const who = from.length === 0 ? '' : ` by ${from.map(sanitiseLine).join(', ')}`
  return `${plural(approvals, 'approval')}${who}`
}
