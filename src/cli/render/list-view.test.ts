import { expect, test } from 'vitest'
import { aManifest } from '../../../test/support/manifest.ts'
import { affectedLines } from './affected-view.ts'
import { listJson, listLines, reasonLines } from './list-view.ts'
import { plain } from './style.ts'

const layout = { style: plain, width: undefined }
const manifest = aManifest({
  environments: ['dev', 'prod'],
  components: { db: { tags: ['data', 'base'] }, api: { environments: ['dev'] } },
})
const cell = (skipped?: string) => ({ skipped, reasons: ['selected'] })
const listed = [...manifest.components.values()].map((component) => ({
  component,
  environments: new Map(
    component.name === 'db'
      ? [
          ['dev', cell()],
          ['prod', cell('`when` is false')],
        ]
      : [['dev', cell()]],
  ),
}))

test('components by environments: a name where it is, a dash where it is not, or that it is skipped', () => {
  expect(listLines(listed, ['dev', 'prod'], layout)).toEqual([
    'db   terraform  infra/db   dev  skipped  #data #base',
    'api  terraform  infra/api  dev  –',
  ])
})

test('for programs it is whole', () => {
  const json = listJson({ root: '/shop', manifest }, listed, { affected: undefined })
  expect(json).toMatchObject({ project: null, root: '/shop', source: 'file' })
  expect(json['components']).toMatchObject([
    {
      name: 'db',
      kind: 'terraform',
      main: 'infra/db',
      tags: ['data', 'base'],
      workspaces: [
        { name: 'db@dev', environment: 'dev', skipped: null, reasons: ['selected'] },
        { name: 'db@prod', skipped: '`when` is false' },
      ],
    },
    { name: 'api', workspaces: [{ name: 'api@dev' }] },
  ])
})

test('every reason on a line of its own, cut where the terminal ends', () => {
  const because = new Map([
    ['db@dev', ['infra/db/main.tf changed', 'needs x']],
    ['network@dev', ['new component']],
  ])
  expect(reasonLines(because, layout)).toEqual([
    'db@dev       infra/db/main.tf changed',
    '             needs x',
    'network@dev  new component',
  ])
  expect(reasonLines(because, { ...layout, width: 33 })[0]).toBe(
    'db@dev       infra/db/main.tf ch…',
  )
})

test('affected: the first reason and how many more, then what is gone', () => {
  const because = new Map([['db@dev', ['one', 'two', 'three']]])
  const found = { removed: ['gone@dev'] }
  expect(affectedLines(found, because, { ...layout, all: false })).toEqual([
    'db@dev    one (and 2 more)',
    'gone@dev  removed',
  ])
  expect(affectedLines(found, because, { ...layout, all: true })).toHaveLength(4)
})
