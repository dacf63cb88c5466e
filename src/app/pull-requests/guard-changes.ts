import { isDeepStrictEqual } from 'node:util'
import type { Environment, Manifest } from '../../manifest/index.ts'

const ofEnvironments: readonly (readonly [keyof Environment, (name: string) => string])[] = [
  ['gate', (name) => `the gate of ${name}`],
  ['after', (name) => `what ${name} comes after`],
  ['auto', (name) => `whether ${name} asks before it is applied`],
  ['apply', (name) => `when ${name} is applied`],
  ['protect', (name) => `what is protected in ${name}`],
]

/**
 * What a manifest says otherwise than its base of what must hold before anything is applied: until it is
 * merged the base counts, and people should know what they merge.
 */
export function guardChanges(base: Manifest, head: Manifest): readonly string[] {
  const environments = [...base.environments.values()].flatMap((before) => {
    const now = head.environments.get(before.name)
    if (now === undefined) return [`the environment ${before.name}, which is gone`]
    return ofEnvironments.flatMap(([key, words]) =>
      isDeepStrictEqual(before[key], now[key]) ? [] : [words(before.name)],
    )
  })
  const components = [...base.components.values()].flatMap((before) => {
    const now = head.components.get(before.name)
    if (now === undefined) return []
    return [
      ...(before.protect && !now.protect ? [`the protection of ${before.name}`] : []),
      ...(isDeepStrictEqual(before.requirements, now.requirements)
        ? []
        : [`what ${before.name} wants of its host`]),
    ]
  })
  const rules = isDeepStrictEqual(base.pullRequests, head.pullRequests)
    ? []
    : ['how pull requests are handled']
  return [...environments, ...components, ...rules]
}
