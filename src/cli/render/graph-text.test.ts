import { describe, expect, test } from 'vitest'
import { aManifest, type ManifestShape } from '../../../test/support/manifest.ts'
import { buildGraph } from '../../manifest/index.ts'
import { graphDot, graphJson } from './graph-formats.ts'
import { graphLines, type ShownGraph } from './graph-text.ts'
import { plain } from './style.ts'

const shop: ManifestShape = {
  environments: ['shared', 'dev', 'prod after dev'],
  components: {
    dns: { environments: ['shared'] },
    network: { environments: ['dev', 'prod'] },
    db: {
      reads: ['network.vpc', 'network.subnets', 'shared/dns.zone'],
      environments: ['dev', 'prod'],
    },
    crds: { environments: ['dev', 'prod'] },
    api: { needs: ['crds'], reads: ['db.host'], environments: ['dev', 'prod'] },
    seed: { needs: ['api'], environments: ['dev', 'prod'] },
  },
}

function shown(shape: ManifestShape, skipped: Record<string, string> = {}): ShownGraph {
  const manifest = aManifest(shape)
  return {
    environments: [...manifest.environments.values()],
    nodes: [...buildGraph(manifest).nodes.values()],
    skipped: new Map(Object.entries(skipped)),
  }
}

const layout = { style: plain, width: undefined, folds: true }

describe('as text', () => {
  test('each stands below the last of what it needs, beside it what it needs; alike is shown once', () => {
    expect(graphLines(shown(shop), layout).join('\n')).toBe(`shared
└─ dns

dev
├─ network
│  └─ db          network: vpc, subnets · shared/dns: zone
│     └─ api      crds · db: host
│        └─ seed  api
└─ crds

prod  after dev · the same as dev`)
  })

  test('what is skipped says why, and makes an environment different', () => {
    const lines = graphLines(shown(shop, { 'seed@prod': '`when: false` is false' }), layout)
    expect(lines.filter((line) => line.includes('seed'))).toEqual([
      '│        └─ seed  api',
      '│        └─ seed  api · skipped: `when: false` is false',
    ])
  })

  test('on a terminal no line is wider than it', () => {
    const lines = graphLines(shown(shop), { ...layout, width: 40 })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
  })

  test('a chain of thousands stays readable', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => `c${at}`)
    const components = Object.fromEntries(
      names.map((name, at) => [name, { needs: at === 0 ? [] : [`c${at - 1}`] }]),
    )
    const lines = graphLines(shown({ environments: ['dev'], components }), layout)
    expect(lines).toHaveLength(2_001)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100)
  })
})

describe('as dot', () => {
  test('clusters, edges the way that values go, dashed where only the order counts', () => {
    const dot = graphDot(shown(shop, { 'seed@dev': 'x' })).join('\n')
    expect(dot).toContain('subgraph cluster_1 {\n    label="dev";')
    expect(dot).toContain('"network@dev" -> "db@dev" [label="vpc\\nsubnets"];')
    expect(dot).toContain('"dns@shared" -> "db@prod" [label="zone"];')
    expect(dot).toContain('"crds@dev" -> "api@dev" [style=dashed];')
    expect(dot).toContain('"seed@dev" [label="seed", style="rounded,dashed"];')
    expect(dot.match(/->/g)).toHaveLength(8 + 2)
    expect(isDot(dot)).toBe(true)
  })

  test('whatever names hold', () => {
    const components = { 'a"b\\c': {}, 'd\ne': { needs: ['a"b\\c'] } }
    expect(isDot(graphDot(shown({ environments: ['x"y'], components })).join('\n'))).toBe(true)
  })
})

test('as JSON it is whole', () => {
  const manifest = aManifest(shop)
  const json = graphJson(manifest, shown(shop, { 'seed@dev': 'why' }))
  expect(json).toMatchObject({
    environments: [
      { name: 'shared', after: null },
      { name: 'dev' },
      { name: 'prod', after: 'dev' },
    ],
  })
  expect(json['workspaces']).toContainEqual({
    name: 'db@prod',
    component: 'db',
    environment: 'prod',
    kind: 'terraform',
    tags: [],
    skipped: null,
    needs: [
      { name: 'network@prod', outputs: ['vpc', 'subnets'] },
      { name: 'dns@shared', outputs: ['zone'] },
    ],
  })
})

/** The part of the DOT grammar that is used: statements of quoted words, brackets that match. */
function isDot(text: string): boolean {
  const word = String.raw`"(?:[^"\\]|\\.)*"`
  const attributes = String.raw`\[\w+=(?:\w+|${word})(?:, \w+=(?:\w+|${word}))*\]`
  const statement = new RegExp(
    String.raw`^(digraph portolan \{|\w+=(\w+|${word});|(node|edge) ${attributes};|subgraph \w+ \{|label=${word};|${word}( -> ${word})? ${attributes};|\})$`,
  )
  const lines = text.split('\n').map((line) => line.trim())
  const depth = lines.filter((line) => line.endsWith('{')).length
  return (
    lines.every((line) => statement.test(line)) &&
    lines.filter((line) => line === '}').length === depth
  )
}
