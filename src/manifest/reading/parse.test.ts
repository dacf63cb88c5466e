import { expect, test } from 'vitest'
import { plainOf } from './access.ts'
import { parseTexts } from './parse.ts'

function read(text: string) {
  const { manifest, problems } = parseTexts('/repository', [{ file: 'portolan.yaml', text }])
  expect(problems).toEqual([])
  return manifest
}

const whole = `version: 1
project: shop
values: { slot: 0, nested: { deep: [1] } }
environments:
  prod:
    after: staging
    extends: staging
    concurrency: 2
    gate: { approvals: 2, from: [team/sre], window: "Mon-Thu 09:00-16:00 Europe/London", destroy: deny }
    values: { slot: 30 }
    protect: [aws_db_instance]
    components:
      db: { inputs: { size: large } }
  staging: { after: dev, gate: { from: [ada] } }
  dev: { auto: true, gate: { window: "09:00-16:00 UTC" } }
  lab:
components:
  db:
    terraform: infra/db
    tool: tofu
    terraform_version: "~> 1.11, != 1.11.3"
    workspace: \${{ env.name }}
    state: own
    var_files: [common.tfvars, "\${{ env.name }}.tfvars?"]
    values: [db/common.yaml]
    inputs: { vpc_id: "\${{ outputs.network.vpc_id }}", big: 12345678901234567890 }
    outputs:
      host: string
      password: { type: string, sensitive: true }
    environments: [dev, prod]
    tags: [data, team:core]
    needs: [network]
    when: values.slot > 0
    protect: true
    timeout: 1h30m
    retry: { attempts: 3, on: ["connection reset"] }
    before: [{ run: ./check.sh, env: { A: 1 } }]
    after: [{ run: ./smoke.sh, on: [apply, plan] }]
    watch: ["schemas/**"]
  network:
    terraform: git::https://host/modules.git//network?ref=\${{ values.ref }}
    when: false
    retry: 2
  seed:
    run: |
      node seed.mjs
      echo done
    once: true
    tags:
    inputs:
    # A: soon
`

test('environments come in the order of promotion, each with what it says', () => {
  const environments = [...read(whole).environments.values()]
  expect(environments.map(({ name, order }) => [name, order])).toEqual([
    ['dev', 0],
    ['staging', 1],
    ['prod', 2],
    ['lab', 3],
  ])
  const [dev, staging, prod, lab] = environments
  expect(dev).toMatchObject({
    auto: true,
    gate: { approvals: 0, from: [], window: '09:00-16:00 UTC', destroy: 'allow' },
  })
  expect(staging?.gate).toEqual({
    approvals: 1,
    from: ['ada'],
    window: undefined,
    destroy: 'allow',
  })
  expect(prod).toMatchObject({
    at: { file: 'portolan.yaml', line: 5, column: 3 },
    after: 'staging',
    extends: 'staging',
    auto: false,
    concurrency: 2,
    gate: {
      approvals: 2,
      from: ['team/sre'],
      window: 'Mon-Thu 09:00-16:00 Europe/London',
      destroy: 'deny',
    },
    protect: ['aws_db_instance'],
  })
  expect(prod?.values && plainOf(prod.values)).toEqual({ slot: 30 })
  expect([...(prod?.inputs ?? [])].map(([name, node]) => [name, plainOf(node)])).toEqual([
    ['db', { size: 'large' }],
  ])
  expect(lab).toMatchObject({ after: undefined, gate: undefined, values: undefined })
})

test('a component of Terraform has everything that can be written', () => {
  const db = read(whole).components.get('db')
  expect(db).toMatchObject({
    kind: 'terraform',
    at: { line: 18, column: 3 },
    main: { value: 'infra/db', at: { line: 19, column: 16 } },
    valueFiles: [{ value: 'db/common.yaml' }],
    environments: ['dev', 'prod'],
    tags: ['data', 'team:core'],
    needs: [{ name: 'network', at: { line: 32, column: 13 } }],
    when: { value: 'values.slot > 0' },
    protect: true,
    once: false,
    timeoutSeconds: 5400,
    retry: { attempts: 3, on: ['connection reset'] },
    before: [{ run: { value: './check.sh' }, on: ['apply'], at: { line: 37, column: 14 } }],
    after: [{ run: { value: './smoke.sh' }, env: undefined, on: ['plan', 'apply'] }],
    watch: ['schemas/**'],
    terraform: {
      tool: 'tofu',
      terraformVersion: '~> 1.11, != 1.11.3',
      workspace: { value: '$' + '{{ env.name }}' },
      state: 'own',
      varFiles: [{ value: 'common.tfvars' }, { value: '$' + '{{ env.name }}.tfvars?' }],
    },
  })
  expect(db?.inputs && plainOf(db.inputs)).toEqual({
    vpc_id: '$' + '{{ outputs.network.vpc_id }}',
    big: 12345678901234567890n,
  })
  expect([...(db?.outputs ?? [])]).toEqual([
    [
      'host',
      { type: 'string', sensitive: false, at: { file: 'portolan.yaml', line: 28, column: 7 } },
    ],
    [
      'password',
      { type: 'string', sensitive: true, at: { file: 'portolan.yaml', line: 29, column: 7 } },
    ],
  ])
})

test('what is not written has its usual meaning', () => {
  const { components } = read(whole)
  expect(components.get('network')).toMatchObject({
    when: { value: 'false' },
    retry: { attempts: 2, on: [] },
    inputs: undefined,
    valueFiles: [],
    environments: undefined,
    protect: false,
    timeoutSeconds: undefined,
    terraform: { tool: undefined, workspace: undefined, state: 'managed', varFiles: [] },
  })
  expect(components.get('seed')).toMatchObject({
    kind: 'run',
    main: { value: 'node seed.mjs\necho done\n' },
    once: true,
    inputs: undefined,
    tags: [],
    terraform: undefined,
  })
})

test('pull requests are handled as usual, but for what is written', () => {
  const usual = {
    compat: undefined,
    merge: 'automatic',
    method: 'merge',
    extraArguments: [],
    reserve: 'on-approval',
    drafts: false,
  }
  expect(read('version: 1\n').pullRequests).toEqual(usual)
  const written = `version: 1
pull_requests: { compat: atlantis, merge: manual, method: squash, extra_arguments: [-target], reserve: on-plan, drafts: true }
environments: { dev: {}, prod: { apply: after-merge }, lab: { apply: before-merge } }
`
  const { pullRequests, environments } = read(written)
  expect(pullRequests).toEqual({
    compat: 'atlantis',
    merge: 'manual',
    method: 'squash',
    extraArguments: ['-target'],
    reserve: 'on-plan',
    drafts: true,
  })
  expect([...environments.values()].map(({ name, apply }) => [name, apply])).toEqual([
    ['dev', 'before-merge'],
    ['prod', 'after-merge'],
    ['lab', 'before-merge'],
  ])
})
