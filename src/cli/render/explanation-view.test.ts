import { expect, test } from 'vitest'
import { meaningOf } from '../../../test/support/resolving.ts'
import { buildGraph } from '../../manifest/index.ts'
import { explanationJson, explanationLines } from './explanation-view.ts'
import { plain } from './style.ts'
import { widthOf } from './text.ts'

const yaml = `version: 1
project: shop
values: { replicas: 1, region: eu-central-1, db: { size: small }, broken: "\${{ values.non }}" }
environments:
  dev: {}
  prod: { after: dev, values: { replicas: 3 } }
components:
  dns: { terraform: infra/dns }
  db:
    terraform: infra/db
    when: env.name == "prod"
    needs: [dns]
    inputs:
      size: \${{ values.db.size }}
      zone: db.\${{ outputs.dns.zone }}.\${{ env.name }}
      login: \${{ outputs.dns.user + "@" + outputs.dns.host }}
      subnets: [a, "\${{ outputs.dns.id }}"]
      options: {}
      text: "true"
      long: \${{ values.region }}, \${{ values.region }}, \${{ values.region }}, \${{ values.region }}
    var_files: ["\${{ env.name }}.tfvars?"]
    before:
      - run: echo \${{ values.replicas }}
        env: { HOST: "\${{ outputs.dns.host }}" }
`

function explained(name: string, options: { path?: string; set?: Record<string, string> } = {}) {
  const { resolver, definition, manifest } = meaningOf(yaml, { set: options.set ?? {} })
  const its = definition(name)
  const node = buildGraph(manifest).nodes.get(name)
  if (node === undefined) throw new Error(`there is no ${name}`)
  const { component, skipped } = its
  const entries = resolver.explain(its, options.path)
  return { node, component, skipped, entries, isPart: options.path !== undefined }
}

const shown = (name: string, options: { path?: string; set?: Record<string, string> } = {}) =>
  explanationLines(explained(name, options), { style: plain, width: 80 })

test('everything of a workspace, with its layers and places, in eighty columns', () => {
  const lines = shown('db@prod')

  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
  expect(`\n${lines.join('\n')}\n`).toBe(`
db@prod  terraform infra/db  portolan.yaml:10:16
needs      dns@prod (zone, user, host, id)

When
  when  true              portolan.yaml:11:11
        = env.name == "prod"

Inputs
  size     small                                     inputs  portolan.yaml:14:13
           = \${{ values.db.size }}
  zone     db.(from dns: zone).prod                  inputs  portolan.yaml:15:13
           = db.\${{ outputs.dns.zone }}.\${{ env.name }}
  login    (from dns: user, host)                    inputs  portolan.yaml:16:14
           = \${{ outputs.dns.user + "@" + outputs.dns.host }}
  subnets  [a, (from dns: id)]                       inputs  portolan.yaml:17:16
           = \${{ outputs.dns.id }}
  options  {}                                        inputs  portolan.yaml:18:16
  text     "true"                                    inputs  portolan.yaml:19:13
  long     eu-central-1, eu-central-1, eu-central-…  inputs  portolan.yaml:20:13
           = \${{ values.region }}, \${{ values.region }}, \${{ values.region }}, …

Files
  var_files[0]  prod.tfvars?      portolan.yaml:21:17
                = \${{ env.name }}.tfvars?

Hooks
  before[0].run       echo 3            portolan.yaml:23:14
                      = echo \${{ values.replicas }}
  before[0].env.HOST  (from dns: host)  portolan.yaml:24:22
                      = \${{ outputs.dns.host }}

Values
  replicas  3                            prod    portolan.yaml:6:43
  region    eu-central-1                 values  portolan.yaml:3:32
  db.size   small                        values  portolan.yaml:3:58
  broken    ! \`values\` has no key \`non\`  values  portolan.yaml:3:75
            = \${{ values.non }}
`)
})

test('a part is told whole, with what lies below it', () => {
  expect(shown('db@prod', { path: 'values.replicas', set: { replicas: '5' } })).toEqual([
    'values.replicas  5                 --set',
    '                 over 3  prod portolan.yaml:6:43',
    '                 over 1  values portolan.yaml:3:21',
  ])
  expect(shown('db@prod', { path: 'inputs.long' }).join('')).toContain('eu-central-1, eu-central')
})

test('what does not take part says why, and shows only what decided it', () => {
  const lines = shown('db@dev')
  expect(lines).toContain('skipped: `when: env.name == "prod"` is false')
  expect(lines).not.toContain('Inputs')
  expect(lines).toContain('Values')
})

test('programs get values, expressions and places', () => {
  expect(explanationJson(explained('db@prod', { path: 'inputs' }))).toMatchObject({
    workspace: 'db@prod',
    kind: 'terraform',
    skipped: null,
    entries: expect.arrayContaining([
      {
        path: 'inputs.size',
        value: 'small',
        known: true,
        shown: 'small',
        expression: '${{ values.db.size }}',
        layer: 'inputs',
        at: { file: 'portolan.yaml', line: 14, column: 13 },
        replaces: [],
        fault: null,
      },
      expect.objectContaining({ path: 'inputs.zone', value: null, known: false }),
    ]),
  })
})
