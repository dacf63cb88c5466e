import { expect, test } from 'vitest'
import { aManifest } from '../../../test/support/manifest.ts'
import type { Component, Manifest } from '../../manifest/index.ts'
import { componentsAt } from './components-at.ts'

const places: Record<string, string> = {
  root: '.',
  infra: 'infra',
  db: 'infra/db',
  network: './infra/network/',
  each: 'stages/${{ env.name }}/app',
  far: 'git::https://example.com/infra.git//db?ref=v1',
  job: 'infra/db/run.sh',
}

const manifest = withPlaces(
  aManifest({
    environments: ['dev'],
    components: Object.fromEntries(Object.keys(places).map((name) => [name, {}])),
  }),
)

function withPlaces(made: Manifest): Manifest {
  const components = [...made.components].map(([name, one]): [string, Component] => [
    name,
    {
      ...one,
      kind: name === 'job' ? 'run' : 'terraform',
      main: { ...one.main, value: places[name] ?? '' },
    },
  ])
  return { ...made, components: new Map(components) }
}

test.each([
  ['', Object.keys(places)],
  ['infra/db', ['db']],
  ['infra/db/templates/deep', ['db']],
  ['infra/network', ['network']],
  ['infra', ['infra', 'db', 'network']],
  ['infra/other', ['infra']],
  ['stages', ['each']],
  ['stages/prod', ['each']],
  ['stages/prod/app/x', ['each']],
  ['stages/prod/other', ['root']],
  ['docs', ['root']],
])('in %j it is about %j', (directory, expected) => {
  expect(componentsAt(manifest, directory)).toEqual(expected)
})

test('where no root module is around, none', () => {
  const components = new Map([...manifest.components].filter(([name]) => name !== 'root'))
  expect(componentsAt({ ...manifest, components }, 'docs')).toEqual([])
})
