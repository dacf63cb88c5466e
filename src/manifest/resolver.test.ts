import { describe, expect, test } from 'vitest'
import { meaningOf } from '../../test/support/resolving.ts'
import { AppError } from '../platform/errors.ts'
import type { Value } from '../platform/value.ts'
import type { KnownOutput, OutputLookup } from './definition.ts'

const E = '${' + '{'

/** A manifest of one component and what it reads from. */
function app(lines: string, more = ''): string {
  return `
version: 1
project: shop
values:
  replicas: 1
  zones: [a, b]
  db: { size: small }
environments:
  dev: {}
  staging: { after: dev, values: { replicas: 2, db: { size: medium, engine: pg } } }
  prod: { after: staging, extends: staging, values: { db: { size: large } } }
components:
  network: { terraform: infra/network }
  dns: { terraform: infra/dns }
  app:
    terraform: infra/app
${lines.replace(/^/gm, '    ')}
${more}`
}

/** An output that is known, by `component.output`. */
function outputs(known: Readonly<Record<string, Value | KnownOutput>>): OutputLookup {
  return ({ component, output }) => {
    const found = known[`${component}.${output}`]
    if (found === undefined) return { is: 'unknown' }
    const isSpecial = typeof found === 'object' && found !== null && 'is' in found
    return isSpecial
      ? (found as KnownOutput)
      : { is: 'known', value: found as Value, sensitive: false }
  }
}

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('values', () => {
  test('layers: base, parents, the environment, --set', () => {
    const { values } = meaningOf(app(''), { set: { 'db.size': 'huge', on: 'true' } })

    expect(values('dev')).toMatchObject({ replicas: 1, db: { size: 'huge' }, on: true })
    expect(values('prod')).toEqual({
      replicas: 2,
      zones: ['a', 'b'],
      db: { size: 'huge', engine: 'pg' },
      on: true,
    })
  })

  test.each<[string, Value | undefined]>([
    ['3', 3],
    ['-1.5', -1.5],
    ['12345678901234567890', 12345678901234567890n],
    ['true', true],
    ['"true"', 'true'],
    ["'3'", '3'],
    ['null', undefined],
    ['', ''],
    ['large', 'large'],
    ['a: b # c', 'a: b # c'],
    ['[1, x]', [1, 'x']],
    ['{a: 1}', { a: 1 }],
  ])('--set x=%s', (text, expected) => {
    expect(meaningOf(app(''), { set: { x: text } }).values('dev')['x']).toEqual(expected)
  })

  test.each([
    [{ 'db.': 'x' }, '--set db.=… names no value'],
    [{ x: '[1' }, 'the value of --set x is no YAML'],
    [{ db: 'x' }, '`db` is a single value here, and a map at portolan.yaml:7:7'],
    [{ 'replicas.x': '1' }, '`replicas` is a map here, and a single value at portolan.yaml:5:13'],
    [{ x: `${E} outputs.a.b }}` }, '`outputs` cannot be used here'],
  ])('--set %j is refused: %s', (set, expected) => {
    expect(refusal(() => meaningOf(app(''), { set }).values('dev'))).toContain(expected)
  })

  test('one value may use others, of any layer, whichever comes first', () => {
    const yaml = `
version: 1
project: shop
values:
  url: https://${E} values.host }}:${E} values.port }}
  port: ${E} values.base + 1 }}
  base: 1
  commit: ${E} git.commit }}
  all: ${E} [values.host, values.base] }}
environments:
  dev: { values: { host: "${E} env.name }}.local" } }
  prod: { values: { host: shop.example, base: 442 } }
components: {}
`
    const { values } = meaningOf(yaml)
    expect(values('dev')).toMatchObject({ url: 'https://dev.local:2', commit: 'c0ffee' })
    expect(values('prod')).toMatchObject({
      url: 'https://shop.example:443',
      all: ['shop.example', 442],
    })
  })

  test.each([
    [
      `{ a: "${E} values.b }}", b: { c: "${E} values.d[0] }}" }, d: ["${E} values.b.c }}"] }`,
      'values.b.c needs itself: values.b.c → values.d[0] → values.b.c',
    ],
    [`{ a: "x\${{ values.a }}" }`, 'values.a needs itself: values.a → values.a'],
    [`{ a: { b: "${E} values.a }}" } }`, 'values.a contains itself'],
  ])('values that need themselves are refused, with the way round: %s', (written, expected) => {
    const yaml = app('').replace(
      /values:\n(?: {2}.*\n)+environments/,
      `values: ${written}\nenvironments`,
    )
    expect(refusal(() => meaningOf(yaml).values('dev'))).toContain(expected)
  })

  test('default answers for what it asks, not for mistakes elsewhere', () => {
    const asking = (asked: string) =>
      meaningOf(
        app(`inputs: { x: "${E} default(${asked}, 1) }}" }`).replace(
          '  replicas: 1\n',
          `  a: ${E} values.tpyo }}\n`,
        ),
      )
    expect(refusal(() => asking('values.a').resolve('app@dev'))).toContain(
      'portolan.yaml:5:17: `values` has no key `tpyo`',
    )
    expect(asking('values.none').resolve('app@dev').inputs).toEqual({ x: 1 })
  })

  test('long chains and values that grow are refused, not followed', () => {
    const chain = (text: (next: number) => string, length: number) =>
      Array.from({ length }, (_, i) => `  v${i}: "${text(i + 1)}"\n`).join('')
    const yaml = (lines: string) => app('').replace('  replicas: 1\n', lines)

    const long = yaml(`${chain((next) => `${E} values.v${next} }}`, 200)}  v200: end\n`)
    expect(refusal(() => meaningOf(long).values('dev'))).toContain('more than 100 values refer')

    const doubled = yaml(
      `${chain((next) => `${E} values.v${next} + values.v${next} }}`, 40)}  v40: xxxxxxxx\n`,
    )
    expect(refusal(() => meaningOf(doubled).values('dev'))).toContain('longer than 1048576')

    const laughs = yaml(
      `${chain((next) => `${E} [values.v${next}, values.v${next}] }}`, 60)}  v60: ha\n`,
    )
    expect(refusal(() => meaningOf(laughs).values('dev'))).toContain('too many steps')
  })
})

describe('inputs', () => {
  test('keep their types, or become text inside of text', () => {
    const { resolve } = meaningOf(
      app(`inputs:
  number: ${E} values.replicas }}
  text: ${E} values.replicas }}x${E} true }}
  list: ${E} values.zones }}
  map: ${E} values.db }}
  deep: { zone: "${E} values.zones[0] }}", also: [1, "${E} env.order }}"] }
  exact: 12345678901234567890
  half: 1.5
  name: ${E} component.name }}@${E} env.name }}/${E} component.kind }}
  escaped: $${E} x }}
  nothing: ${E} null }}
  inside: [null, { a: null }]`),
    )
    expect(resolve('app@staging').inputs).toEqual({
      number: 2,
      text: '2xtrue',
      list: ['a', 'b'],
      map: { size: 'medium', engine: 'pg' },
      deep: { zone: 'a', also: [1, 1] },
      exact: 12345678901234567890n,
      half: 1.5,
      name: 'app@staging/terraform',
      escaped: `${E} x }}`,
      nothing: null,
      inside: [null, { a: null }],
    })
  })

  test('layers: files in order, inputs, those of the environment; a removed key is left out', () => {
    const yaml = app(
      `values: [base.yaml, "${E} env.name }}.yaml?"]
inputs: { a: inputs, m: { y: 2 }, gone: null, size: "${E} values.db.size }}" }`,
    ).replace(
      'prod: { after: staging,',
      'prod: { components: { app: { inputs: { a: null, e: prod, m: { z: 3 } } } }, after: staging,',
    )
    const files = {
      'base.yaml': 'a: base\nb: base\nm: { x: 1 }\ngone: 1\nenv: ${{ env.name }}\n',
      'prod.yaml': 'b: file\n',
    }
    const { resolve } = meaningOf(yaml, { files })

    expect(resolve('app@dev').inputs).toEqual({
      a: 'inputs',
      b: 'base',
      m: { x: 1, y: 2 },
      env: 'dev',
      size: 'small',
    })
    expect(resolve('app@prod').inputs).toEqual({
      b: 'file',
      e: 'prod',
      m: { x: 1, y: 2, z: 3 },
      env: 'prod',
      size: 'large',
    })
  })

  test.each([
    [{}, 'there is no file base.yaml'],
    [{ 'base.yaml': '- 1\n' }, 'this file is no map'],
    [{ 'base.yaml': 'a: [\n' }, 'base.yaml:'],
    [{ 'base.yaml': `a: "${E} outputs.network.id }}"\n` }, '`outputs` cannot be used here'],
    [{ 'base.yaml': 'x: { y: 1 }\n' }, '`x` is a single value here, and a map at base.yaml:1:4'],
  ])('files that are no values are refused: %j', (files, expected) => {
    const { resolve } = meaningOf(app('values: [base.yaml]\ninputs: { x: 1 }'), { files })
    expect(refusal(() => resolve('app@dev'))).toContain(expected)
  })

  // What Compass did, as its users know it.
  test.each([
    ['explicit', `version: "3"`, '3'],
    ['of the component', `version: "${E} values.app.version }}"`, '2'],
    ['of everything', `version: "${E} default(values.other.version, values.version) }}"`, '1'],
  ])('a cascade is written out: %s', (_what, input, expected) => {
    const yaml = app(`inputs: { ${input} }`).replace(
      '  replicas: 1\n',
      '  version: "1"\n  app: { version: "2" }\n',
    )
    expect(meaningOf(yaml).resolve('app@dev').inputs).toEqual({ version: expected })
  })

  test.each([
    [`${E} values.replica }}`, 'portolan.yaml:18:21: `values` has no key `replica`'],
    [`a-${E} values.zones }}`, 'portolan.yaml:18:16: a list cannot stand inside text'],
    [`a-${E} values.db }}`, 'a map cannot stand inside text'],
    [`a-${E} null }}`, 'null cannot stand inside text'],
    [`${E} values.zones[2] }}`, '`values.zones` has 2 elements, and no [2]'],
    [`${E} values.?none }}`, 'there is no value'],
    [`${E} 1e308 * 1e308 }}`, 'the number is too large'],
    [`${E} run.id }}`, '`run` is not known here'],
    [`${E} file("../etc/passwd") }}`, '"../etc/passwd" is not inside of the repository'],
    [`${E} file("/etc/passwd") }}`, '"/etc/passwd" is not inside of the repository'],
    [`${E} file("a/../../x") }}`, '"a/../../x" is not inside of the repository'],
    [`${E} file("none.txt") }}`, 'there is no file "none.txt"'],
  ])('%s is refused at its place', (text, expected) => {
    const { resolve } = meaningOf(app(`inputs:\n  x: ${text}`))
    expect(refusal(() => resolve('app@dev'))).toContain(expected)
  })

  test('files, commits and the run', () => {
    const { resolve } = meaningOf(
      app(`inputs:
  text: ${E} file("conf/app.txt") }}
  same: ${E} file("conf/./x/../app.txt") }}
  size: ${E} yaml(file("conf/app.yaml")).size }}
  else: ${E} default(file("none"), "x") }}
  commit: ${E} git_commit("conf/app.txt") }}/${E} default(git.author, "nobody") }}
  run: run-${E} run.id }} by ${E} run.actor }}`),
      {
        files: { 'conf/app.txt': 'hello', 'conf/app.yaml': 'size: 3' },
        git: { commit: 'c0ffee', branch: undefined, author: undefined },
        run: { id: 7, actor: 'ada' },
      },
    )
    expect(resolve('app@dev').inputs).toEqual({
      text: 'hello',
      same: 'hello',
      size: 3,
      else: 'x',
      commit: 'c0ffee/nobody',
      run: 'run-7 by ada',
    })
  })
})

describe('what is known of outputs', () => {
  const { resolve } = meaningOf(
    app(`inputs:
  id: ${E} outputs.network.id }}
  url: http://${E} outputs.dns.host }}:${E} outputs.network.port }}/
  fixed: ${E} values.replicas }}`),
  )

  test('all of it: the inputs can be applied', () => {
    const lookup = outputs({ 'network.id': 'net-1', 'network.port': 80, 'dns.host': 'shop' })
    expect(resolve('app@dev', lookup)).toMatchObject({
      certainty: 'known',
      waitsFor: [],
      inputs: { id: 'net-1', url: 'http://shop:80/', fixed: 1 },
    })
  })

  test('nothing of some: it waits for each of them, and leaves them out', () => {
    expect(resolve('app@dev', outputs({ 'network.id': 'net-1' }))).toMatchObject({
      certainty: 'unknown',
      waitsFor: ['dns.host', 'network.port'],
      inputs: { id: 'net-1', fixed: 1 },
    })
  })

  test('planned: only a provisional plan', () => {
    const planned = { is: 'planned', value: 'net-2', unknown: [], sensitive: false } as const
    const lookup = outputs({ 'network.id': planned, 'network.port': 80, 'dns.host': 'shop' })
    expect(resolve('app@dev', lookup)).toMatchObject({
      certainty: 'planned',
      waitsFor: ['network.id'],
      inputs: { id: 'net-2' },
    })
  })

  test('what is not awaited but never comes makes it impossible', () => {
    const absent = { is: 'absent', because: 'dns@dev is skipped: `when: false` is false' } as const
    expect(resolve('app@dev', outputs({ 'dns.host': absent }))).toMatchObject({
      impossible: 'dns@dev is skipped: `when: false` is false',
      inputs: {},
    })
  })

  test('a key that an output does not have is a fault with its place', () => {
    const meaning = meaningOf(app(`inputs: { x: "${E} outputs.network.net.subnets[2].id }}" }`))
    const net = { subnets: [{ id: 'a' }, { id: 'b' }] }
    const told = refusal(() => meaning.resolve('app@dev', outputs({ 'network.net': net })))
    expect(told).toContain(
      'portolan.yaml:17:51: `outputs.network.net.subnets` has 2 elements, and no [2]',
    )
  })

  test('an output of another environment is called by it', () => {
    const meaning = meaningOf(app(`inputs: { x: "${E} environment('dev').outputs.dns.zone }}" }`))
    expect(meaning.resolve('app@prod').waitsFor).toEqual(['dev/dns.zone'])
    expect(meaning.resolve('app@dev').waitsFor).toEqual(['dns.zone'])
    const seen: unknown[] = []
    meaning.resolve('app@prod', (reference) => {
      seen.push(reference)
      return { is: 'unknown' }
    })
    expect(seen).toEqual(meaning.definition('app@prod').references)
  })

  describe('only what is used counts', () => {
    const skipped = { is: 'absent', because: 'dns@dev is skipped' } as const
    test.each<[string, KnownOutput | Value, object]>([
      [
        'values.replicas > 1 ? outputs.dns.host : "none"',
        skipped,
        { certainty: 'known', inputs: { x: 'none' } },
      ],
      ['default(outputs.dns.host, "none")', skipped, { certainty: 'known', inputs: { x: 'none' } }],
      ['outputs.dns.?host.orValue("none")', skipped, { certainty: 'known', inputs: { x: 'none' } }],
      ['has(outputs.dns.host)', skipped, { inputs: { x: false } }],
      [
        'default(outputs.dns.host, "none")',
        { is: 'unknown' },
        { certainty: 'unknown', inputs: {} },
      ],
      [
        'outputs.dns.?host.orValue("none")',
        { is: 'unknown' },
        { certainty: 'unknown', inputs: {} },
      ],
      ['default(outputs.dns.host.x, "none")', { y: 1 }, { inputs: { x: 'none' } }],
      [
        'true || outputs.dns.host == "a"',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: true } },
      ],
      [
        'outputs.dns.host == "a" || true',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: true } },
      ],
      ['outputs.dns.host == "a" && true', { is: 'unknown' }, { certainty: 'unknown' }],
      ['[1, outputs.dns.host].size()', { is: 'unknown' }, { certainty: 'known', inputs: { x: 2 } }],
      [
        '1 in [1, outputs.dns.host]',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: true } },
      ],
      ['2 in [1, outputs.dns.host]', { is: 'unknown' }, { certainty: 'unknown' }],
      [
        '[1, outputs.dns.host] == [2, 2]',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: false } },
      ],
      ['[1, outputs.dns.host] == [1, 2]', { is: 'unknown' }, { certainty: 'unknown' }],
      ['[1, outputs.dns.host].filter(x, x == 1)', { is: 'unknown' }, { certainty: 'unknown' }],
      [
        '[1, outputs.dns.host].exists(x, x == 1)',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: true } },
      ],
      [
        '[1, outputs.dns.host].all(x, x == 2)',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: false } },
      ],
      [
        '{"a": 1, "b": outputs.dns.host}.a',
        { is: 'unknown' },
        { certainty: 'known', inputs: { x: 1 } },
      ],
      ['values.zones[outputs.dns.host]', { is: 'unknown' }, { certainty: 'unknown' }],
      ['outputs.dns.host + 1', { is: 'unknown' }, { certainty: 'unknown' }],
      ['outputs.dns.host < 1', { is: 'unknown' }, { certainty: 'unknown' }],
      ['!outputs.dns.host', { is: 'unknown' }, { certainty: 'unknown' }],
      ['base64(outputs.dns.host)', { is: 'unknown' }, { certainty: 'unknown' }],
      ['outputs.dns.host.map(x, x)', { is: 'unknown' }, { certainty: 'unknown' }],
      ['outputs.dns.host.a[0]', { is: 'unknown' }, { certainty: 'unknown' }],
      ['outputs.dns.host ? 1 : 1', { is: 'unknown' }, { certainty: 'unknown' }],
    ])('%s', (text, host, expected) => {
      const meaning = meaningOf(app(`inputs:\n  x: '${E} ${text} }}'`))
      expect(meaning.resolve('app@dev', outputs({ 'dns.host': host }))).toMatchObject(expected)
    })
  })

  test('of a planned output the known parts can be used, the others are awaited', () => {
    const meaning = meaningOf(
      app(`inputs:
  name: ${E} outputs.network.net.name }}
  id: ${E} outputs.network.net.id }}
  cidr: ${E} outputs.network.net.subnets[1].cidr }}
  arn: ${E} outputs.network.net.subnets[1].arn }}
  count: ${E} size(outputs.network.net.subnets) }}
  keys: ${E} outputs.network.net.map(key, key).join(",") }}
  deep: ${E} outputs.network.net.deep }}
  all: ${E} outputs.network.net }}`),
    )
    // Terraform leaves unknown attributes out, and puts null where an element is unknown.
    const net: KnownOutput = {
      is: 'planned',
      value: { name: 'main', subnets: [null, { cidr: '10.0.0.0/24', arn: null }], deep: null },
      unknown: [['id'], ['deep', 'x'], ['subnets', 0], ['subnets', 1, 'arn'], ['subnets', 2]],
      sensitive: false,
    }
    const { inputs, certainty, waitsFor } = meaning.resolve(
      'app@dev',
      outputs({ 'network.net': net }),
    )

    expect(inputs).toEqual({
      name: 'main',
      cidr: '10.0.0.0/24',
      count: 3,
      keys: 'name,subnets,deep,id',
    })
    expect({ certainty, waitsFor }).toEqual({ certainty: 'unknown', waitsFor: ['network.net'] })
  })

  test('a preview stands in for what is not known, and only then', () => {
    const meaning = meaningOf(
      app(`inputs:
  id: { value: "${E} outputs.network.id }}", preview: "net-${E} env.name }}" }`),
    )
    const id = (network: Value | KnownOutput) => {
      const { certainty, inputs } = meaning.resolve('app@dev', outputs({ 'network.id': network }))
      return [certainty, inputs['id']]
    }
    expect(id({ is: 'unknown' })).toEqual(['planned', 'net-dev'])
    expect(id('real')).toEqual(['known', 'real'])
    expect(id({ is: 'planned', value: 'soon', unknown: [], sensitive: false })).toEqual([
      'planned',
      'soon',
    ])
    expect(id({ is: 'planned', value: null, unknown: [[]], sensitive: false })).toEqual([
      'planned',
      'net-dev',
    ])
  })
})

test.each([
  ['[apply]', 'planned', []],
  ['[apply, destroy]', 'planned', []],
  ['[plan, apply]', 'unknown', []],
])('a hook for %s that cannot be known yet: %s', (on, certainty, before) => {
  const meaning = meaningOf(app(`before:\n  - run: echo ${E} outputs.dns.host }}\n    on: ${on}`))
  const resolution = meaning.resolve('app@dev')
  expect(resolution).toMatchObject({ certainty, before, waitsFor: ['dns.host'] })
  expect(meaning.resolve('app@dev', outputs({ 'dns.host': 'h' }))).toMatchObject({
    certainty: 'known',
    before: [{ run: 'echo h' }],
  })
})

test('a map that only looks like a preview is a map', () => {
  const meaning = meaningOf(
    app(
      `inputs: { map: { value: "${E} outputs.network.id }}", preview: x, more: y }, plain: { value: 1 } }`,
    ),
  )
  expect(meaning.resolve('app@dev').certainty).toBe('unknown')
  expect(meaning.resolve('app@dev', outputs({ 'network.id': 'n' })).inputs).toEqual({
    map: { value: 'n', preview: 'x', more: 'y' },
    plain: { value: 1 },
  })
})

describe('secrets', () => {
  test('whatever came from a sensitive output, and texts made with it', () => {
    const meaning = meaningOf(
      app(`inputs:
  password: ${E} outputs.network.login.password }}
  url: pg://u:${E} outputs.network.login.password }}@${E} outputs.dns.host }}
  coded: { deep: ["${E} base64(outputs.network.login.password) }}"] }
  host: ${E} outputs.dns.host }}
before:
  - run: echo ${E} outputs.dns.token }}
    env: { PIN: "${E} outputs.dns.pin }}" }`),
    )
    const sensitive = (value: Value) => ({ is: 'known', value, sensitive: true }) as const
    const { secrets, before } = meaning.resolve(
      'app@dev',
      outputs({
        'network.login': sensitive({ password: 'hunter2', port: 5432 }),
        'dns.host': 'db.local',
        'dns.token': sensitive('t0ken'),
        'dns.pin': sensitive(1234n),
      }),
    )

    expect(before).toEqual([{ run: 'echo t0ken', env: { PIN: '1234' }, on: expect.any(Array) }])
    expect([...secrets].sort()).toEqual(
      [
        'hunter2',
        '5432',
        'pg://u:hunter2@db.local',
        'aHVudGVyMg==',
        'echo t0ken',
        't0ken',
        '1234',
      ].sort(),
    )
  })

  test.each([
    'int(outputs.dns.secret)',
    'double(outputs.dns.secret)',
    'bool(outputs.dns.secret)',
    'json(outputs.dns.secret)',
    'yaml("[" + outputs.dns.secret)',
    'file(outputs.dns.secret)',
    'file("/" + outputs.dns.secret)',
    'git_commit(outputs.dns.secret)',
    'cidr_subnet(outputs.dns.secret, 1, 1)',
    'values.db[outputs.dns.secret]',
    'values[outputs.dns.secret + "x"]',
    '{outputs.dns.secret: 1, outputs.dns.secret: 2}',
    'outputs.dns.secret + 1',
    '"x".substring(1, int(json(outputs.dns.secret)))',
  ])('none is in what is refused: %s', (text) => {
    const meaning = meaningOf(app(`inputs:\n  x: '${E} ${text} }}'`))
    const secret = { is: 'known', value: 'hunter2-hunter2', sensitive: true } as const
    const told = refusal(() => meaning.resolve('app@dev', outputs({ 'dns.secret': secret })))
    expect(told).not.toContain('hunter2')
  })
})
