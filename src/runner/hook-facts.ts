import type { Value } from '../platform/value.ts'
import type { Hooks } from './job.ts'

/** What an approval binds of hooks: all that they run, in order. */
export function hookFacts({ before, after }: Hooks): Value {
  return [before, after].map((hooks) => hooks.map(({ run, env, on }) => [run, env, [...on].sort()]))
}
