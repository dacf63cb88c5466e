import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../platform/process/process.ts'
import {
  hasChanges,
  type PlanSummary,
  type ProtectRules,
  parsePlan,
  protectNothing,
  summarizePlan,
} from '../index.ts'

interface Modules {
  readonly before?: string
  readonly after: string
  readonly planArgs?: readonly string[]
  readonly between?: readonly (readonly string[])[]
}

let root: string
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portolan-summary-'))
})
afterAll(() => rm(root, { recursive: true }))

let made = 0

/** The plan JSON of a real Terraform that applied `before` and plans `after`. */
async function realPlan({ before, after, planArgs = [], between = [] }: Modules): Promise<string> {
  made += 1
  const cwd = path.join(root, String(made))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
  }
  const terraform = async (...args: string[]) => {
    const result = await runCommand('terraform', args, { cwd, env, timeout: 50_000 })
    if (result.exitCode !== 0) throw new Error(`terraform ${args[0]}: ${result.stderr}`)
    return result.stdout.toString('utf8')
  }
  await mkdir(cwd)
  await writeFile(path.join(cwd, 'main.tf'), before ?? after)
  await terraform('init', '-input=false')
  if (before !== undefined) await terraform('apply', '-auto-approve')
  for (const args of between) await terraform(...args)
  await writeFile(path.join(cwd, 'main.tf'), after)
  await terraform('plan', '-out=plan', '-input=false', ...planArgs)
  return terraform('show', '-json', 'plan')
}

function summarize(json: string, protect: Partial<ProtectRules> = {}): PlanSummary {
  return summarizePlan(parsePlan(json), { protect: { ...protectNothing, ...protect } })
}

const data = (name: string, body = 'input = 1') =>
  `resource "terraform_data" "${name}" {\n  ${body}\n}\n`

describe('the summary of a real plan', () => {
  test('of a first apply counts what is created', async () => {
    const json = await realPlan({ after: `${data('a')}${data('b')}output "o" {\n  value = 1\n}\n` })

    expect(summarize(json, { component: true })).toMatchObject({
      create: 2,
      delete: 0,
      outputs: ['o'],
      severity: 'low',
      protected: [],
      risk: 'creates 2 resources; changes 1 output',
    })
  })

  test('of everything at once counts each once, ends first, and says why', async () => {
    const chain = (trigger: string, input: string) =>
      data('base', `input = "${input}"`) +
      data('repl', `triggers_replace = ["${trigger}"]\n  input = terraform_data.base.output`) +
      data('dep', 'input = terraform_data.repl.id')
    const json = await realPlan({
      before: `${chain('x', 'a')}${data('old')}${data('gone')}${data('forgotten')}${data('still')}`,
      after: `${chain('y', 'b')}${data('new')}${data('still')}${data('fresh')}
        moved {
          from = terraform_data.old
          to   = terraform_data.new
        }
        removed {
          from = terraform_data.forgotten
          lifecycle {
            destroy = false
          }
        }`,
    })
    const summary = summarize(json)

    expect(summary).toMatchObject({
      create: 1,
      update: 2,
      replace: 1,
      delete: 1,
      forget: 1,
      move: 1,
      import: 0,
      severity: 'high',
      outputs: [],
    })
    expect(summary.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'delete terraform_data.gone',
      'replace terraform_data.repl',
      'forget terraform_data.forgotten',
      'update terraform_data.base',
      'update terraform_data.dep',
      'create terraform_data.fresh',
      'move terraform_data.new',
    ])
    expect(summary.changes[1]).toMatchObject({
      reason: 'replace_because_cannot_update',
      replacePaths: ['triggers_replace'],
    })
    expect(summary.changes[6]?.previousAddress).toBe('terraform_data.old')
    expect(summary.risk).toBe(
      'deletes 1 resource, replaces 1 resource because `triggers_replace` changed, forgets 1 resource, updates 2 resources, creates 1 resource, moves 1 resource; 1 dependent; terraform_data.gone goes and terraform_data.fresh comes (a missing `moved` block?)',
    )

    const guarded = summarize(json, { types: ['terraform_data'] })
    expect(guarded.protected).toEqual([
      'terraform_data.gone',
      'terraform_data.repl',
      'terraform_data.forgotten',
    ])
    expect(guarded.risk).toMatch(
      /^deletes 1 protected resource, replaces 1 protected resource because `triggers_replace` changed, forgets 1 protected resource, updates 2 other resources/,
    )
  })

  test('without any change says so', async () => {
    const summary = summarize(await realPlan({ before: data('a'), after: data('a') }))

    expect(summary).toMatchObject({ severity: 'none', risk: 'no changes', changes: [] })
    expect(hasChanges(summary)).toBe(false)
  })

  test('of an output alone is a change, and shows no value', async () => {
    const output = (value: string) =>
      `${data('a')}output "secret" {\n  value     = "${value}"\n  sensitive = true\n}\n`
    const summary = summarize(
      await realPlan({ before: output('hunter11'), after: output('hunter22') }),
    )

    expect(summary).toMatchObject({
      outputs: ['secret'],
      severity: 'low',
      risk: 'changes only 1 output',
    })
    expect(hasChanges(summary)).toBe(true)
    expect(JSON.stringify(summary)).not.toMatch(/hunter/)
  })

  test('of a destroy says that the whole workspace goes', async () => {
    const both = data('a') + data('b', 'input = terraform_data.a.id')
    const json = await realPlan({ before: both, after: both, planArgs: ['-destroy'] })

    expect(summarize(json)).toMatchObject({
      delete: 2,
      severity: 'high',
      risk: 'deletes 2 resources; destroys the whole workspace',
    })
  })

  test('of a shifted count names the shift', async () => {
    const list = (items: string) =>
      `resource "terraform_data" "host" {\n  count = length(${items})\n  input = ${items}[count.index]\n}\n`
    const json = await realPlan({ before: list('["a", "b", "c"]'), after: list('["b", "c"]') })

    expect(summarize(json).risk).toContain('looks like an index shift in terraform_data.host')
    const shorter = await realPlan({ before: list('["a", "b", "c"]'), after: list('["a", "b"]') })
    expect(summarize(shorter).risk).toBe('deletes 1 resource')
    const changed = await realPlan({ before: list('["a", "a", "a"]'), after: list('["b", "b"]') })
    expect(summarize(changed).risk).toBe('deletes 1 resource, updates 2 resources')
  })

  test('of a renamed key of for_each asks for a moved block', async () => {
    const each = (key: string) =>
      `resource "terraform_data" "host" {\n  for_each = toset(["${key}", "other[1]"])\n  input    = each.key\n}\n`
    const summary = summarize(await realPlan({ before: each('a'), after: each('b') }), {
      addresses: ['terraform_data.host'],
    })

    expect(summary.risk).toContain(
      'terraform_data.host["a"] goes and terraform_data.host["b"] comes (a missing `moved` block?)',
    )
    expect(summary.protected).toEqual(['terraform_data.host["a"]'])
  })

  test('of a tainted resource and of one replaced by request says so', async () => {
    const both = data('a') + data('b')
    const json = await realPlan({
      before: both,
      after: both,
      between: [['taint', 'terraform_data.a']],
      planArgs: ['-replace=terraform_data.b'],
    })

    expect(summarize(json).risk).toBe(
      'replaces 2 resources because tainted and asked for; destroys 100% of the workspace',
    )
  })

  test('of a replacement that makes the new one first is less grave', async () => {
    const gentle = (trigger: string) =>
      `${data('a', `triggers_replace = "${trigger}"\n  lifecycle {\n    create_before_destroy = true\n  }`)}${data('b')}${data('c')}`
    const json = await realPlan({ before: gentle('x'), after: gentle('y') })

    expect(summarize(json)).toMatchObject({ replace: 1, severity: 'medium' })
    expect(summarize(json, { component: true })).toMatchObject({
      severity: 'high',
      protected: ['terraform_data.a'],
    })
  })

  test('counts no reading of data', async () => {
    const json = await realPlan({
      before: data('a'),
      after: `${data('a', 'input = 2')}
        data "terraform_remote_state" "self" {
          backend    = "local"
          config     = { path = "nowhere" }
          defaults   = {}
          depends_on = [terraform_data.a]
        }`,
    })
    const summary = summarize(json)

    expect(summary).toMatchObject({ update: 1, create: 0, risk: 'updates 1 resource' })
    expect(summary.changes.map((change) => change.action)).toEqual(['update', 'read'])
  })

  test('finds protected resources in modules and under old names', async () => {
    const json = await realPlan({
      before: `${data('db')}${data('other')}`,
      after: `${data('other')}${data('store', 'input = 1\n  triggers_replace = 1')}
        moved {
          from = terraform_data.db
          to   = terraform_data.store
        }`,
    })

    expect(summarize(json, { addresses: ['terraform_data.db'] }).protected).toEqual([
      'terraform_data.store',
    ])
    expect(summarize(json, { addresses: ['*.store'] }).protected).toEqual(['terraform_data.store'])
    expect(summarize(json, { addresses: ['terraform_data.d'] }).protected).toEqual([])
  })
})

interface HandMade {
  readonly address: string
  readonly type?: string
  readonly actions?: readonly string[]
  readonly [key: string]: unknown
}

/** Plan JSON for what built-in resources cannot show. */
function handMade(changes: readonly HandMade[], more: Record<string, unknown> = {}): string {
  const expand = ({ address, type, actions, replace_paths, importing, ...rest }: HandMade) => ({
    address,
    mode: 'managed',
    type: type ?? address.split('.').at(-2),
    name: 'x',
    change: { actions: actions ?? ['no-op'], replace_paths, importing, before: null },
    ...rest,
  })
  const { drift, ...others } = more
  return JSON.stringify({
    format_version: '1.2',
    resource_changes: changes.map(expand),
    resource_drift: Array.isArray(drift) ? drift.map(expand) : [],
    ...others,
  })
}

describe('the summary of plans that built-in resources cannot show', () => {
  test('names the kind, the attribute and the dependents of what is protected', () => {
    const dependents = Array.from({ length: 14 }, (_, at) => ({
      address: `module.app["a.b]"].aws_instance.web[${at}]`,
      mode: 'managed',
      depends_on: ['aws_db_instance.main', 'aws_vpc.main'],
    }))
    const json = handMade(
      [
        {
          address: 'aws_db_instance.main[0]',
          actions: ['delete', 'create'],
          action_reason: 'replace_because_cannot_update',
          replace_paths: [['name']],
        },
      ],
      {
        prior_state: {
          values: {
            root_module: {
              resources: [{ address: 'aws_db_instance.main[0]', mode: 'managed' }],
              child_modules: [{ address: 'module.app["a.b]"]', resources: dependents }],
            },
          },
        },
      },
    )

    expect(summarize(json, { types: ['aws_db_instance'] }).risk).toBe(
      'replaces 1 protected database because `name` changed; 14 dependents',
    )
  })

  test('counts imports, also of what is changed at once', () => {
    const json = handMade([
      { address: 'aws_s3_bucket.a', importing: { id: 'a' } },
      { address: 'aws_s3_bucket.b', importing: { id: 'b' }, actions: ['update'] },
    ])

    expect(summarize(json)).toMatchObject({
      import: 2,
      update: 1,
      risk: 'updates 1 resource, imports 1 resource',
    })
  })

  test('counts the drift that the plan acts on, and all of it when it only records', () => {
    const drift = [
      { address: 'aws_s3_bucket.a', actions: ['update'] },
      { address: 'aws_s3_bucket.b', actions: ['delete'] },
      { address: 'aws_s3_bucket.c', actions: ['update'] },
      { address: 'aws_s3_bucket.d', actions: ['no-op'], previous_address: 'aws_s3_bucket.e' },
    ]
    const relevant = {
      drift,
      relevant_attributes: [{ resource: 'aws_s3_bucket.b', attribute: ['arn'] }],
    }

    expect(
      summarize(handMade([{ address: 'aws_s3_bucket.a', actions: ['update'] }], relevant)),
    ).toMatchObject({
      drifted: 2,
      risk: 'updates 1 resource; 2 resources drifted',
    })
    expect(summarize(handMade([], relevant))).toMatchObject({
      drifted: 3,
      severity: 'low',
      risk: 'records that 3 resources drifted',
    })
  })

  test('lists 500 changes and all that is protected, however large it is', () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({
      address: `aws_s3_bucket.b[${at}]`,
      actions: [at % 2 === 0 ? 'create' : 'delete'],
      action_reason: 'delete_because_no_resource_config',
    }))
    const summary = summarize(handMade(many), { addresses: ['aws_s3_bucket.*'] })

    expect(summary).toMatchObject({ create: 1500, delete: 1500 })
    expect(summary.changes).toHaveLength(500)
    expect(summary.changes.every((change) => change.action === 'delete')).toBe(true)
    expect(summary.protected).toHaveLength(1500)
  })

  test('takes a deposed object that is destroyed for a delete', () => {
    const json = handMade([{ address: 'aws_db_instance.a', actions: ['delete'], deposed: 'abc' }])

    expect(summarize(json, { component: true }).protected).toEqual(['aws_db_instance.a'])
    const withReplacement = handMade([
      { address: 'aws_db_instance.a', actions: ['create', 'delete'] },
      { address: 'aws_db_instance.a', actions: ['delete'], deposed: 'abc' },
    ])
    expect(summarize(withReplacement).severity).toBe('high')
  })

  test('refuses an action that it does not know', () => {
    expect(() => summarize(handMade([{ address: 'x.y', actions: ['explode'] }]))).toThrow(
      'the plan does something with x.y that Portolan does not know: explode',
    )
  })
})

describe('plan JSON', () => {
  test('of another format is refused by its version', () => {
    expect(() => parsePlan('{"format_version":"2.0"}')).toThrow(
      /format 2.0; Portolan reads format 1/,
    )
    expect(() => parsePlan('{"format_version":"1.9","news":{}}')).not.toThrow()
  })

  test('that is broken is refused without quoting it', () => {
    expect(() => parsePlan('{"password":"hunter22"')).toThrow(
      /^Terraform's plan could not be read: it is not JSON$/,
    )
    expect(() => parsePlan('{}')).toThrow(/format_version/)
    expect(() =>
      parsePlan('{"format_version":"1.2","resource_changes":[{"address":"a"}]}'),
    ).toThrow(/resource_changes.0.mode/)
  })
})
