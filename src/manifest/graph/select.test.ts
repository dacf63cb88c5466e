import { describe, expect, test } from 'vitest'
import { aManifest } from '../../../test/support/manifest.ts'
import { buildGraph } from './build.ts'
import { select } from './select.ts'
import type { Selection } from './selection.ts'

const graph = buildGraph(
  aManifest({
    environments: ['shared', 'dev', 'prod after dev', 'empty after prod'],
    components: {
      network: { tags: ['base'], environments: ['dev', 'prod'] },
      db: { needs: ['network'], tags: ['base', 'data'], environments: ['dev', 'prod'] },
      api: { needs: ['db'], environments: ['dev', 'prod'] },
      seed: { needs: ['api'], environments: ['dev'] },
      dns: { environments: ['shared'] },
    },
  }),
)

function names(selection: Selection): string {
  return [...select(graph, selection).names].join(' ')
}

describe('a filter selects and only selects', () => {
  test.each<[string, Selection, string]>([
    ['nothing asked', {}, [...graph.order].join(' ')],
    ['a component', { components: ['db'] }, 'db@dev db@prod'],
    ['a component by name', { names: ['db'] }, 'db@dev db@prod'],
    ['a workspace', { names: ['db@dev'] }, 'db@dev'],
    ['a workspace in full', { names: ['shop/db@dev'] }, 'db@dev'],
    ['two workspaces', { names: ['api@prod', 'db@dev'] }, 'db@dev api@prod'],
    ['an environment', { environments: ['shared'] }, 'dns@shared'],
    [
      'tags are alternatives',
      { tags: ['data', 'base'], environments: ['dev'] },
      'network@dev db@dev',
    ],
    ['kinds narrow one another', { tags: ['base'], components: ['db', 'api'] }, 'db@dev db@prod'],
    ['to', { to: ['api@dev'] }, 'network@dev db@dev api@dev'],
    [
      'to in an environment',
      { to: ['api'], environments: ['prod'] },
      'network@prod db@prod api@prod',
    ],
    ['to, narrowed', { to: ['api'], components: ['db'] }, 'db@dev db@prod'],
    ['affected', { affected: new Map([['db@dev', ['x']]]) }, 'db@dev'],
    ['affected and filtered', { components: ['api'], affected: new Map([['db@dev', ['x']]]) }, ''],
    ['affected, not of this graph', { affected: new Map([['gone@dev', ['x']]]) }, ''],
  ])('%s', (_what, selection, expected) => {
    expect(names(selection)).toBe(expected)
  })

  test('what it needs, and what needs it, come only when asked for, and say why', () => {
    const needed = select(graph, { names: ['api@dev'], withDependencies: true })
    expect(Object.fromEntries(needed.because)).toEqual({
      'network@dev': ['needed by db@dev'],
      'db@dev': ['needed by api@dev'],
      'api@dev': ['selected'],
    })
    const affected = new Map([['db@dev', ['infra/db/main.tf changed']]])
    const needing = select(graph, { affected, withDependents: true })
    expect(Object.fromEntries(needing.because)).toEqual({
      'db@dev': ['infra/db/main.tf changed'],
      'api@dev': ['needs db@dev'],
      'seed@dev': ['needs api@dev'],
    })
  })

  test('by the shortest way', () => {
    const components = {
      top: { needs: ['far', 'near'] },
      far: { needs: ['middle'] },
      middle: { needs: ['end'] },
      near: { needs: ['end'] },
      end: {},
    }
    const diamond = buildGraph(aManifest({ environments: ['dev'], components }))
    const needed = select(diamond, { names: ['top'], withDependencies: true })
    expect(needed.because.get('end@dev')).toEqual(['needed by near@dev'])
  })

  test('both: everything that the dependents need comes too', () => {
    const both = { names: ['db@dev'], withDependents: true, withDependencies: true }
    expect(names(both)).toBe('network@dev db@dev api@dev seed@dev')
  })
})

describe('a name that nothing has is refused with the nearest', () => {
  test.each<[Selection, string, string]>([
    [{ names: ['dbb'] }, 'there is no component `dbb`', 'Did you mean `db`?'],
    [{ components: ['netwrok'] }, 'there is no component `netwrok`', 'Did you mean `network`?'],
    [{ environments: ['prd'] }, 'there is no environment `prd`', 'Did you mean `prod`?'],
    [{ tags: ['dat'] }, 'there is no tag `dat`', 'Did you mean `data`?'],
    [{ to: ['apii'] }, 'there is no component `apii`', 'Did you mean `api`?'],
    [
      { names: ['ap@dev'] },
      'there is no workspace `ap@dev`',
      'Did you mean `api@dev` or `db@dev`?',
    ],
    [{ names: ['seed@prod'] }, 'there is no workspace seed@prod', '`seed` exists in dev.'],
    [{ names: ['xylophone'] }, 'there is no component `xylophone`', '`portolan list` shows'],
    [
      { components: ['seed'], environments: ['prod'] },
      'no workspace is all of -c seed -e prod',
      'Leave one out.',
    ],
    [{ environments: ['empty'] }, 'no workspace is all of -e empty', ''],
  ])('%j', (selection, message, next) => {
    expect(() => select(graph, selection)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: expect.stringContaining(message),
        next: expect.stringContaining(next),
      }),
    )
  })
})
