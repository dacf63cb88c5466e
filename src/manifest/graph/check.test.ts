import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aManifest } from '../../../test/support/manifest.ts'
import type { Problem } from '../problem.ts'
import { checkGraph } from './check.ts'
import { findCycles } from './cycles.ts'

const environments = ['shared', 'dev', 'prod after dev']

/** Message and advice; the place only as far as that there is one. */
function told(problems: readonly Problem[]): string[] {
  return problems.map((one) => {
    expect(one.at?.line).toBeGreaterThan(0)
    return `${one.message.replace(/\(portolan\.yaml:\d+:\d+\)/g, '(PLACE)')} | ${one.next}`
  })
}

describe('edges that lead nowhere are told with what was meant', () => {
  test.each([
    [
      'an unknown component',
      { api: { needs: ['dbb'] }, db: {} },
      'there is no component `dbb` | Did you mean `db`?',
    ],
    [
      'an output of an unknown component',
      { api: { reads: ['database.host'] }, db: {} },
      'there is no component `database` | The components are: api, db.',
    ],
    [
      'an unknown environment',
      { api: { reads: ['share/dns.zone'] }, dns: {} },
      'there is no environment `share` | Did you mean `shared`?',
    ],
    ['itself', { api: { needs: ['api'] } }, '`api` needs itself | Remove it:'],
    ['its own output', { api: { reads: ['api.host'] } }, '`api` reads its own output `host` | '],
    [
      'its own output in one environment',
      { api: { reads: ['dev/api.host'], environments: ['dev'] } },
      '`api` reads its own output `host` in dev | ',
    ],
    [
      'a component that is not in all of its environments',
      { api: { reads: ['dns.zone'] }, dns: { environments: ['shared'] } },
      '`api` reads output `zone` of `dns`, which does not exist in dev and prod, only in shared | Read it from there, with environment("shared").outputs.dns.zone, or',
    ],
    [
      'the same by its name only',
      { api: { needs: ['dns'] }, dns: { environments: ['shared'] } },
      '`api` needs `dns`, which does not exist in dev and prod, only in shared | Let both exist in the same environments',
    ],
    [
      'a component that is not in the environment that is named',
      { api: { reads: ['dev/dns.zone'] }, dns: { environments: ['shared'] } },
      '`api` reads output `zone` of `dns`, which does not exist in dev, only in shared | ',
    ],
    [
      'an environment that comes later',
      { api: { reads: ['prod/db.host'], environments: ['dev'] }, db: {} },
      '`api` in dev needs `db` in prod, but prod is applied after dev | ',
    ],
  ])('%s', (_what, components, expected) => {
    const problems = told(checkGraph(aManifest({ environments, components })))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.startsWith(expected)).toBe(true)
  })

  test('an edge that holds in one environment needs its end only there', () => {
    const components = {
      api: { readsIn: { shared: ['dns.zone'] } },
      dns: { environments: ['shared'] },
    }
    expect(checkGraph(aManifest({ environments, components }))).toEqual([])
  })
})

describe('cycles', () => {
  test('are printed with the reason and the place of each edge, once for all environments', () => {
    const components = {
      api: { needs: ['db'] },
      db: { needs: ['network'] },
      network: { needs: ['api', 'crds'] },
      crds: {},
    }
    expect(told(checkGraph(aManifest({ environments, components })))).toEqual([
      `a cycle: api → db → network → api
  api needs db (PLACE)
  db needs network (PLACE)
  network needs api (PLACE) | Remove one of these edges.`,
    ])
  })

  test('by outputs, also over environments', () => {
    const components = {
      api: { reads: ['db.host'] },
      db: { reads: ['shared/api.key'], environments: ['shared'] },
    }
    const [problem] = told(checkGraph(aManifest({ environments: ['shared'], components })))
    expect(problem).toMatch(/a cycle: api → db → api\n {2}api reads outputs\.db\.host \(PLACE\)/)
    const wide = {
      a: { reads: ['right/b.x'], environments: ['left'] },
      b: { reads: ['left/a.x'], environments: ['right'] },
    }
    const across = checkGraph(aManifest({ environments: ['left', 'right'], components: wide }))
    expect(told(across)[0]).toContain(
      'a cycle: a@left → b@right → a@left\n  a@left reads environment("right").outputs.b.x (PLACE)',
    )
  })

  test('the same component in two environments is none', () => {
    const components = { dns: { reads: ['shared/dns.zone'], environments: ['dev', 'shared'] } }
    const [problem] = told(checkGraph(aManifest({ environments, components })))
    expect(problem).toContain('reads its own output `zone` in shared')
    const apart = { dns: { readsIn: { dev: ['shared/dns.zone'] } } }
    expect(checkGraph(aManifest({ environments, components: apart }))).toEqual([])
  })

  const someEdges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20, size: 'max' })

  test('are found if and only if there are any, are real, and none is shorter', () => {
    fc.assert(
      fc.property(someEdges, (pairs) => {
        const edges = edgesOf(pairs)
        const cycles = findCycles(edges)
        expect(cycles.length > 0).toBe(!canBeOrdered(edges))
        for (const cycle of cycles) {
          expect(new Set(cycle).size).toBe(cycle.length)
          for (const [at, name] of cycle.entries()) {
            expect(edges.needsOf(name)).toContain(cycle[(at + 1) % cycle.length])
          }
          const lengths = cycle.map((name) => shortestThrough(name, edges))
          expect(Math.min(...lengths)).toBe(cycle.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('of many thousands of names are no trouble', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `n${at}`)
    const next = new Map(names.map((name, at) => [name, [names[at + 1] ?? 'n19000']]))
    const [cycle] = findCycles({ names, needsOf: (name) => next.get(name) ?? [] })
    expect(cycle).toHaveLength(1_000)
  })
})

function edgesOf(pairs: readonly (readonly [number, number])[]) {
  const needs = new Map<string, string[]>()
  for (const [from, to] of pairs) {
    if (from !== to) needs.set(`n${from}`, [...(needs.get(`n${from}`) ?? []), `n${to}`])
  }
  return {
    names: Array.from({ length: 12 }, (_, at) => `n${at}`),
    needsOf: (name: string) => needs.get(name) ?? [],
  }
}

type TestEdges = ReturnType<typeof edgesOf>

/** Takes away what needs nothing any more until nothing is left, or nothing can go. */
function canBeOrdered(edges: TestEdges): boolean {
  const left = new Set(edges.names)
  for (let size = -1; size !== left.size; ) {
    size = left.size
    for (const name of left)
      if (!edges.needsOf(name).some((one) => left.has(one))) left.delete(name)
  }
  return left.size === 0
}

function shortestThrough(start: string, edges: TestEdges): number {
  let front = new Set(edges.needsOf(start))
  for (let length = 1; length <= edges.names.length; length += 1) {
    if (front.has(start)) return length
    front = new Set([...front].flatMap((name) => edges.needsOf(name)))
  }
  return Number.POSITIVE_INFINITY
}
