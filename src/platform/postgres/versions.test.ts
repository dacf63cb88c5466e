import { describe, expect, test } from 'vitest'
import { choosePrograms, majorOf, newestFirst, type Programs, versionIn } from './versions.ts'

function programs(version: string): Programs {
  return { bin: `/pg/${version}/bin`, version, major: majorOf(version) ?? 0 }
}

test.each([
  ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', '15.18', 15],
  ['postgres (PostgreSQL) 18beta1', '18', 18],
  ['18.4.0-beta.17', '18.4.0-beta.17', 18],
  ['postgres', undefined, undefined],
])('the version in %j', (text, version, major) => {
  expect(versionIn(text)).toBe(version)
  expect(majorOf(text)).toBe(major)
})

test('the newest is the largest by number, not by letter', () => {
  const order = newestFirst(
    ['18.4.0-beta.9', '18.10.0-beta.1', '9.6', '18.4.0-beta.17'].map(programs),
  )
  expect(order.map((each) => each.version)).toEqual([
    '18.10.0-beta.1',
    '18.4.0-beta.17',
    '18.4.0-beta.9',
    '9.6',
  ])
})

describe('which programs run a cluster', () => {
  test('the newest of its own major version', () => {
    const newest = programs('18.5')
    expect(choosePrograms(18, programs('18.4'), [programs('18.4'), newest])).toEqual({
      kind: 'run',
      programs: newest,
    })
  })

  test('an older cluster is moved, on its own programs', () => {
    expect(choosePrograms(15, programs('18.4'), [programs('15.2'), programs('18.4')])).toEqual({
      kind: 'upgrade',
      from: programs('15.2'),
      to: programs('18.4'),
    })
  })

  test('a newer cluster than this Portolan brings keeps its own', () => {
    expect(choosePrograms(19, programs('18.4'), [programs('18.4'), programs('19.1')])).toEqual({
      kind: 'run',
      programs: programs('19.1'),
    })
  })

  test('without its own programs nothing can be done', () => {
    expect(choosePrograms(15, programs('18.4'), [programs('18.4')])).toEqual({
      kind: 'missing',
      major: 15,
    })
  })

  test('nothing preferred: it runs on what there is', () => {
    expect(choosePrograms(15, undefined, [programs('15.2')])).toMatchObject({ kind: 'run' })
  })
})
