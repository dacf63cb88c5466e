import { describe, expect, test } from 'vitest'
import { manifestFrom } from '../../../test/support/resolving.ts'
import { checkExpressions } from './check.ts'
import { outputReferences } from './references.ts'

const shop = `
version: 1
project: shop
values: { replicas: 1 }
environments:
  dev: {}
  prod: { after: dev }
components:
  network:
    terraform: infra/network
    outputs: { vpc_id: string, subnets: list(string) }
  db:
    terraform: infra/db
    VALUES
`

/** What is wrong with `inputs: { x: TEXT }` of db, with the rest of the text that a caret points at. */
function checked(text: string): string[] {
  return problems(`inputs:\n      x: ${text}`)
}

function problems(lines: string): string[] {
  const yaml = shop.replace('VALUES', () => lines)
  return checkExpressions(manifestFrom(yaml)).map(({ at, message, next }) => {
    expect(at?.file).toBe('portolan.yaml')
    const line = yaml.split('\n')[(at?.line ?? 0) - 1] ?? ''
    return `${line.slice((at?.column ?? 1) - 1)} | ${message} | ${next}`
  })
}

describe('what is wrong with an expression is told before it is evaluated', () => {
  test.each([
    ['${{ vales.a }}', 'vales.a }} | `vales` is not known | Did you mean `values`?'],
    ['${{ env.nmae }}', 'nmae }} | `env` has no key `nmae` | Did you mean `name`?'],
    ['${{ component.tags }}', 'tags }} | `component` has no key `tags` | It has name, kind.'],
    [
      '${{ process.env.HOME }}',
      'process.env.HOME }} | `process` is not known | Inputs and hooks may use',
    ],
    [
      '${{ artifacts.api.ref }}',
      'artifacts.api.ref }} | `artifacts` is not available yet | undefined',
    ],
    ['${{ image("nginx") }}', 'image("nginx") }} | image() is not available yet | undefined'],
    ['${{ secret("a", "b") }}', 'secret("a", "b") }} | secret() is not available yet | undefined'],
    [
      '${{ sha265("a") }}',
      'sha265("a") }} | there is no function sha265() | Did you mean `sha256`?',
    ],
    ['${{ values.a.sizee() }}', 'sizee() }} | there is no function sizee() | Did you mean `size`?'],
    [
      '${{ split("a", ",") }}',
      'split("a", ",") }} | there is no function split() | It is called on a value',
    ],
    [
      '${{ "a".base64() }}',
      'base64() }} | there is no function base64() | It stands alone: base64(…).',
    ],
    [
      '${{ file() }}',
      'file() }} | file() is called with 0 of its arguments | It is written file(path).',
    ],
    ['${{ 1 + "a" }}', '+ "a" }} | `+` does not go with a number and a string | Make a string'],
    ['${{ values.a + 1 / 0 }}', '/ 0 }} | division by zero | undefined'],
    ['${{ values.a. }}', ' }} | expected a name, got the end | undefined'],
    ['${{ values.in }}', 'in }} | expected a name, got `in` | A key like this is written ["in"].'],
    ['${{ values.a = 1 }}', '= 1 }} | `=` is not expected here | Equality is written `==`.'],
    [
      '${{ values.l.map(values, 1) }}',
      'values, 1) }} | `values` has a meaning of its own | Call the',
    ],
    ['${{ values.l.map(x, y) }}', 'y) }} | `y` is not known | Did you mean `x`?'],
    ['${{ a', '${{ a | `${{` is never closed by `}}` | Write `$${{` for these signs themselves.'],
  ])('%s', (text, expected) => {
    const [first, ...others] = checked(text)
    expect(first).toContain(expected)
    expect(others).toEqual([])
  })

  test('an expression that is right is left in peace', () => {
    expect(
      checked(
        `'${'$'}{{ [values.a].map(x, x + env.name).join(git.commit) + outputs.network.vpc_id + string(run.id) }}'`,
      ),
    ).toEqual([])
    expect(checked('$${{ nonsense( }}')).toEqual([])
  })

  test('everything is told at once', () => {
    expect(checked('${{ a }} and ${{ b.c }}')).toHaveLength(2)
  })
})

describe('outputs are read by names that are written out', () => {
  test.each([
    ['outputs[values.x].id', 'the name of a component cannot be computed'],
    ['outputs["a" + "b"].id', 'the name of a component cannot be computed'],
    ['outputs.network[values.x]', 'the name of an output cannot be computed'],
    ['outputs.network', 'which output of network?'],
    ['outputs', '`outputs` must be followed by a component and an output'],
    ['outputs.map(x, x)', '`outputs` must be followed by a component and an output'],
    ['environment("dev")', 'only `outputs` can be read of another environment'],
    ['environment("dev").values.x', 'only `outputs` can be read of another environment'],
    ['environment(env.name).outputs.network.vpc_id', '`environment` takes one name, written out'],
    ['environment("dev").outputs[values.x].y', 'the name of a component cannot be computed'],
    ['outputs.my-db.host', 'a name with a dash must be quoted: ["my-db"]'],
    ['outputs.network.vpc', 'network declares no output `vpc`'],
    ['outputs["network"]["subnet"]', 'network declares no output `subnet`'],
  ])('%s', (text, expected) => {
    const found = checked(`'${'$'}{{ ${text} }}'`)
    expect(found.map((one) => one.split(' | ')[1])).toEqual([expected])
  })

  test('a subtraction is one', () => {
    expect(checked('${{ outputs.network.a - values.b }}')[0]).toContain('declares no output `a`')
    expect(checked('${{ values.a -values.b }}')).toEqual([])
  })

  test('a component that declares no outputs may be read freely', () => {
    const yaml = shop.replace('VALUES', 'needs: [network]').replace(/ {4}outputs: .*\n/, '')
    const reads =
      '  api:\n    terraform: infra/api\n    inputs: { x: "${{ outputs.network.any }}" }\n'
    expect(checkExpressions(manifestFrom(yaml + reads))).toEqual([])
  })
})

describe('where an expression stands decides what it may know', () => {
  test.each([
    [
      'when: outputs.network.vpc_id == ""',
      '`outputs` cannot be used here | `when` is decided before',
    ],
    ['when: run.id == 1', '`run` cannot be used here | `when` is decided before'],
    [
      'when: ${{ values.a }}',
      '`when` is an expression as a whole | Leave the `${{ }}` around it out.',
    ],
    ['when: values.a ==', 'the expression breaks off | undefined'],
    [
      'var_files: ["${{ outputs.network.vpc_id }}.tfvars"]',
      '`outputs` cannot be used here | This is decided',
    ],
    ['workspace: ${{ run.id }}', '`run` cannot be used here | This is decided'],
    ['watch: ["${{ env.name }}/**"]', '`watch` cannot hold an expression | It is read before'],
  ])('%s', (lines, expected) => {
    const [first] = problems(lines)
    expect(first).toContain(expected)
  })

  test.each([
    [
      'outputs.network.vpc_id',
      '`outputs` cannot be used here | Values may use `values`, `env` and `git`.',
    ],
    ['component.name', '`component` cannot be used here | Values may use'],
    ['run.id', '`run` cannot be used here | Values may use'],
  ])('values: %s', (text, expected) => {
    const yaml = shop
      .replace('replicas: 1', `replicas: "${'$'}{{ ${text} }}"`)
      .replace('VALUES', '')
    const [found] = checkExpressions(manifestFrom(yaml))
    expect(`${found?.message} | ${found?.next}`).toContain(expected)
  })

  test('the directory of a terraform component reads no outputs, the command of a job may', () => {
    const written = shop.replace(
      'terraform: infra/db',
      'terraform: infra/${{ outputs.network.vpc_id }}',
    )
    expect(checkExpressions(manifestFrom(written.replace('VALUES', '')))).toHaveLength(1)
    expect(
      checkExpressions(
        manifestFrom(written.replace('terraform: infra/$', 'run: echo $').replace('VALUES', '')),
      ),
    ).toEqual([])
  })
})

test('types of outputs and layers that do not fit are told too', () => {
  const yaml = `
version: 1
project: shop
values: { db: { size: 1 }, one: 1 }
environments:
  dev: { values: { db: large } }
  prod: { extends: dev, values: { one: { two: 2 } }, components: { api: { inputs: { a: { b: 1 } } } } }
components:
  api:
    terraform: infra/api
    inputs: { a: 1 }
    outputs: { x: strin, y: "list(" }
`
  const told = checkExpressions(manifestFrom(yaml)).map(({ message }) => message)

  expect(told).toEqual(
    expect.arrayContaining([
      'the type of output `x`: there is no type `strin`. Did you mean `string`?',
      'the type of output `y`: a type is missing at the end',
      '`db` is a single value here, and a map at portolan.yaml:4:15',
      '`one` is a map here, and a single value at portolan.yaml:4:33',
      '`a` is a map here, and a single value at portolan.yaml:11:18',
    ]),
  )
})

test('references are told with their places, and in which environment they hold', () => {
  const yaml = shop
    .replace(
      'VALUES',
      `inputs:
      a: x-\${{ outputs["network"].subnets[0].id }}
      b: [\${{ environment("prod").outputs.network.vpc_id }}]
    before:
      - run: echo \${{ outputs.network.vpc_id }}`,
    )
    .replace('b: [$', "b: ['$")
    .replace('vpc_id }}]', "vpc_id }}']")
    .replace(
      'dev: {}',
      'dev: { components: { db: { inputs: { c: "${{ outputs.network.x }}" } } } }',
    )
  const manifest = manifestFrom(yaml)
  const db = manifest.components.get('db')
  if (db === undefined) throw new Error('there is no db')

  const found = outputReferences(manifest, db).map(({ at, ...reference }) => {
    expect(yaml.split('\n')[at.line - 1]?.slice(at.column - 1)).toMatch(/^("network"|network)/)
    return reference
  })

  const own = { component: 'network', environment: undefined, onlyIn: undefined, path: [] }
  expect(found).toEqual([
    { ...own, output: 'subnets', path: [0, 'id'] },
    { ...own, output: 'vpc_id', environment: 'prod' },
    { ...own, output: 'vpc_id' },
    { ...own, output: 'x', onlyIn: 'dev' },
  ])
})
