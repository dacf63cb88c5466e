import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  effectiveScopes,
  type Permission,
  type Place,
  type Principal,
  permissions,
  permissionsOf,
  permits,
  permitsSomewhere,
  roles,
  type Scope,
} from './index.ts'

const projects = ['shop', 'bank']
const environments = ['dev', 'prod']
const all = (names: readonly string[]) => fc.constantFrom(undefined, ...names)

const roleScope = fc
  .record({
    role: fc.constantFrom(...roles),
    project: all(projects),
    environment: all(environments),
  })
  .map((scope): Scope => ({ ...scope, permissions: permissionsOf[scope.role] }))

const limit = fc.record({
  permissions: fc.uniqueArray(fc.constantFrom(...permissions), { minLength: 1 }),
  project: all(projects),
  environment: all(environments),
})

const principal = fc
  .record({
    scopes: fc.array(roleScope, { maxLength: 4 }),
    limit: fc.option(limit, { nil: undefined }),
  })
  .map((drawn): Principal => ({ ...drawn, name: 'alice', personId: 'alice', via: 'token' }))

// What is written in the concept, place by place: every scope is the set of what it permits.
const places: readonly Place[] = [undefined, ...projects].flatMap((project) =>
  [undefined, ...environments].map((environment) => ({ project, environment })),
)

function naive(scope: Scope): Set<string> {
  const set = new Set<string>()
  for (const place of places) {
    for (const permission of permissions) {
      const named = scope.permissions.some((one) => one === permission || one === 'admin')
      const inProject = scope.project === undefined || scope.project === place.project
      const inEnvironment =
        scope.environment === undefined || scope.environment === place.environment
      if (named && inProject && inEnvironment) set.add(key(permission, place))
    }
  }
  return set
}

function key(permission: Permission, { project, environment }: Place): string {
  return `${permission} ${project ?? '*'} ${environment ?? '*'}`
}

function allowed({ scopes, limit: bound }: Principal): Set<string> {
  const granted = new Set(scopes.flatMap((scope) => [...naive(scope)]))
  return bound === undefined ? granted : shared(granted, naive(bound))
}

function shared(one: Set<string>, other: Set<string>): Set<string> {
  return new Set([...one].filter((entry) => other.has(entry)))
}

test('permits what a role at this place permits and a limit leaves, and nothing else', () => {
  fc.assert(
    fc.property(principal, (who) => {
      const expected = allowed(who)
      for (const place of places) {
        for (const permission of permissions) {
          const at = key(permission, place)
          expect(permits(who, permission, place), at).toBe(expected.has(at))
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('a limit taken into account permits the same without the limit', () => {
  fc.assert(
    fc.property(principal, (who) => {
      const flat: Principal = { ...who, scopes: effectiveScopes(who), limit: undefined }
      for (const place of places) {
        for (const permission of permissions) {
          expect(permits(flat, permission, place)).toBe(permits(who, permission, place))
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('permits somewhere exactly where there is a place that permits', () => {
  fc.assert(
    fc.property(principal, fc.constantFrom(undefined, ...projects), (who, project) => {
      for (const permission of permissions) {
        const somewhere = places.some(
          (place) =>
            (project === undefined || place.project === project) && permits(who, permission, place),
        )
        expect(permitsSomewhere(who, permission, project), permission).toBe(somewhere)
      }
    }),
    { numRuns: 500 },
  )
})

test('who may approve in one environment may not in another, nor in all of the project', () => {
  const scopes = [{ permissions: permissionsOf.approver, project: 'shop', environment: 'dev' }]
  const who: Principal = { name: 'a', personId: 'a', via: 'session', scopes, limit: undefined }

  expect(permits(who, 'run:approve', { project: 'shop', environment: 'dev' })).toBe(true)
  expect(permits(who, 'run:approve', { project: 'shop', environment: 'prod' })).toBe(false)
  expect(permits(who, 'run:approve', { project: 'bank', environment: 'dev' })).toBe(false)
  expect(permits(who, 'run:approve', { project: 'shop' })).toBe(false)
  expect(permits(who, 'run:approve')).toBe(false)
})
