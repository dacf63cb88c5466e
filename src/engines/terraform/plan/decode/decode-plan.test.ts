import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labProvider, makeProviderMirror } from '../../../../../test/support/provider/mirror.ts'
import { runCommand } from '../../../../platform/process/process.ts'
import { findTool, type Tool } from '../../tool-runner.ts'
import { parseExact } from '../exact-json.ts'
import { type ReadPlan, readPlan, readPlanJson } from '../plan-mask.ts'
import { partsOfPlan } from '../plan-parts.ts'
import { builtInProvider, builtInSchemas } from './built-in.ts'
import { type NeededSchema, openPlan } from './decode-plan.ts'
import { readSchema } from './schema.ts'

let root = ''
let tool: Tool
let schemas: Readonly<Record<string, ProviderJson>> = {}

interface ProviderJson {
  readonly resource_schemas: Readonly<Record<string, unknown>>
  readonly data_source_schemas: Readonly<Record<string, unknown>>
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portolan-decode-'))
  await writeFile(path.join(root, 'cli.tfrc'), await makeProviderMirror(root))
  tool = await findTool({ PATH: process.env['PATH'] ?? '' }, root)
  const lab = await module(
    'resource "lab_note" "one" {\n  title = "one"\n}\nresource "terraform_data" "a" {}',
  )
  schemas = JSON.parse(await lab('providers', 'schema', '-json')).provider_schemas
})

afterAll(() => rm(root, { recursive: true }))

let made = 0

/** A new root module that uses the test provider; returns how to run the tool in it. */
async function module(main: string, others: Readonly<Record<string, string>> = {}) {
  made += 1
  const directory = path.join(root, String(made))
  const run = async (...args: string[]): Promise<string> => {
    const result = await runCommand(tool.path, args, {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: root,
        TF_CLI_CONFIG_FILE: path.join(root, 'cli.tfrc'),
        LAB_DIRECTORY: path.join(root, 'notes', String(made)),
        CHECKPOINT_DISABLE: '1',
      },
    })
    if (result.exitCode === 0) return result.stdout.toString('utf8')
    throw new Error(`${args.join(' ')}: ${result.stdout}${result.stderr}`)
  }
  await lay(directory, { 'main.tf': main, ...others })
  await run('init', '-input=false')
  return Object.assign(run, { directory })
}

const needsLab = `terraform {
  required_providers {
    lab = { source = "${labProvider}" }
  }
}
`

async function lay(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, name === 'main.tf' && /\blab_/.test(text) ? needsLab + text : text)
  }
}

const known = ({ provider, mode, type }: NeededSchema) =>
  schemas[provider]?.[mode === 'managed' ? 'resource_schemas' : 'data_source_schemas'][type]

/** What the tool says of a plan and what its file says, both as far as they are kept. */
async function bothOf(run: Awaited<ReturnType<typeof module>>, args: readonly string[]) {
  await run('plan', '-input=false', '-out=plan', ...args)
  const shown = await run('show', '-json', 'plan')
  const bytes = await readFile(path.join(run.directory, 'plan'))
  const plan = openPlan(bytes, tool).toJson(known)
  return {
    shown: { ...normal(parseExact(shown)), hidden: hidden(readPlanJson(shown)) },
    read: { ...normal(plan), hidden: hidden(readPlan(plan)) },
  }
}

/** What is stored of a plan, and every text that is hidden elsewhere. */
function hidden({ secrets, masked }: ReadPlan) {
  return { secrets: secrets.toSorted(), stored: normal(JSON.parse(masked((text) => text))) }
}

/** Through text, so that numbers are compared digit by digit; paths are in no order. */
function normal(plan: unknown) {
  const parts = partsOfPlan(typeof plan === 'object' && plan !== null ? { ...plan } : {})
  const text = JSON.stringify(parts, (key, value) => {
    if (key !== 'replace_paths' && key !== 'relevant_attributes') return value
    return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value
  })
  return JSON.parse(text, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' ? `number ${context?.source}` : value,
  )
}

interface Story {
  readonly name: string
  readonly first: string
  /** Laid over the first after it was applied; the same when absent. */
  readonly second?: string
  readonly others?: Readonly<Record<string, string>>
  readonly between?: (run: Awaited<ReturnType<typeof module>>) => Promise<void>
  /** Arguments of the plans after the first: one plan for each. */
  readonly plans?: readonly (readonly string[])[]
}

function tell(stories: readonly Story[]): void {
  for (const { name, first, second, others, between, plans = [[]] } of stories) {
    test(name, async () => {
      const run = await module(first, others)
      const created = await bothOf(run, [])
      expect(created.read).toEqual(created.shown)
      await run('apply', '-input=false', 'plan')
      await between?.(run)
      if (second !== undefined) await lay(run.directory, { 'main.tf': second })
      for (const args of plans) {
        const again = await bothOf(run, args)
        expect(again.read).toEqual(again.shown)
      }
    })
  }
}

const data = (name: string, body: string) => `resource "terraform_data" "${name}" {\n${body}\n}\n`
const output = (name: string, value: string, more = '') =>
  `output "${name}" {\nvalue = ${value}\n${more}\n}\n`
const secret = (name: string, value: string) =>
  `variable "${name}" {\nsensitive = true\ndefault = ${value}\n}\n`

test('the schemas of the provider that is part of the tool are what it prints', () => {
  const printed = schemas[builtInProvider]
  expect({
    'managed terraform_data': readSchema(printed?.resource_schemas['terraform_data']),
    'data terraform_remote_state': readSchema(
      printed?.data_source_schemas['terraform_remote_state'],
    ),
  }).toEqual(
    Object.fromEntries(
      Object.entries(builtInSchemas).map(([name, schema]) => [name, readSchema(schema)]),
    ),
  )
})

describe('a plan file says what `show -json` says: values', () => {
  const numbers =
    '[0, -1, 127, 128, 65536, 9007199254740993, -9223372036854775808, 18446744073709551615, 123456789012345678901234567890, 0.5, 0.1, 1e-7, 1.5e-9, 3 / 8, 1 / 3, 1e21, 12345.678901234567890123, 1e30]'
  tell([
    {
      name: 'of every type, and numbers of any size',
      first: `${data('a', `input = ${numbers}`)}${data('b', 'input = { text = "", empty = {}, list = [], none = null, yes = true, "ключ ❤ a.b[0]" = ["é", "\\u0000 \\n \\" <&>"] }')}${data('c', 'input = toset(["b", "a", "c"])')}${data('d', 'input = tomap({ x = 1, y = 2 })')}${data('e', 'input = tolist([{ a = null }, { a = "b" }])')}${output('numbers', numbers)}${output('nothing', 'null')}${output('empty', '""')}${output('set', 'toset([2, 1, 30])')}`,
      second: `${data('a', `input = concat(${numbers}, [1 / 1073741824])`)}${data('b', 'input = null')}${data('c', 'input = toset(["b", "z"])')}${output('nothing', '"some"')}${output('set', 'toset([{ a = 1, b = "x" }, { a = 0, b = "y" }])')}`,
      plans: [[], ['-destroy'], ['-refresh-only']],
    },
    {
      name: 'unknown in parts',
      first: `${data('a', 'input = "x"')}${data('b', 'input = { id = terraform_data.a.id, known = "k", list = ["a", terraform_data.a.id, { x = terraform_data.a.id }], text = "pre-${terraform_data.a.id}", deep = { x = { y = terraform_data.a.output } } }')}${data('c', 'input = toset([terraform_data.a.id, "k"])')}${data('d', 'input = terraform_data.a.output')}${data('e', 'input = tomap({ a = terraform_data.a.id, b = "k" })')}${data('f', 'input = [length(terraform_data.a.id) > 1, tolist([terraform_data.a.id]), split(",", terraform_data.a.id)]')}${output('whole', 'terraform_data.a.id')}${output('dynamic', 'terraform_data.a.output')}${output('parts', '{ id = terraform_data.a.id, k = 1, l = [terraform_data.a.id, 2] }')}${output('set', 'toset([terraform_data.a.id])')}`,
    },
  ])
})

describe('a plan file says what `show -json` says: secrets', () => {
  tell([
    {
      name: 'of variables, in parts of values and in outputs',
      first: `${secret('s', '"hush-hush"')}${secret('m', '{ a = "map-secret" }')}${data('a', 'input = { open = 1, closed = var.s, list = ["x", var.s], map = var.m }')}${data('b', 'input = toset(["x", var.s])')}${data('c', 'input = "${var.s}!"')}${data('d', 'input = [{ deep = { er = var.s } }, tomap({ k = var.s, l = "open" })]')}${output('o', 'var.s', 'sensitive = true')}${output('p', '{ a = var.s, id = terraform_data.a.id }', 'sensitive = true')}`,
      second: `${secret('s', '"hush-again"')}${secret('m', '{}')}${data('a', 'input = { open = 1, closed = var.s, list = [var.s], map = var.m }')}${data('c', 'input = "open now"')}${output('o', '"open"')}`,
      plans: [[], ['-destroy'], ['-var=s=another']],
    },
    {
      name: 'of modules, and resources of many of them',
      first: `module "m" {\nsource = "./m"\ncount = 2\nname = "n\${count.index}"\n}\nmodule "e" {\nsource = "./m"\nfor_each = toset(["a b", "x.y[0]", "q\\"q", "$\${x}", "❤ \\u0007\\n"])\nname = each.key\n}\n`,
      others: {
        'm/main.tf': `variable "name" {}\n${secret('inner', '"inner-secret"')}${data('a', 'for_each = { (var.name) = 1, "" = 2 }\ninput = [each.value, var.inner]')}module "deep" {\nsource = "../deep"\nname = terraform_data.a[""].id\n}\n`,
        'deep/main.tf': `variable "name" {}\n${data('z', 'count = 2\ninput = "${var.name} ${count.index}"')}`,
      },
      second: `module "m" {\nsource = "./m"\ncount = 1\nname = "n\${count.index}"\n}\n`,
      plans: [[], ['-destroy']],
    },
    {
      name: 'that a provider declares',
      first: shelf('one', 'secret-1'),
      second: shelf('two', 'secret-2'),
      plans: [[], ['-destroy']],
    },
  ])
})

describe('a plan file says what `show -json` says: changes', () => {
  const gentle = 'lifecycle {\ncreate_before_destroy = true\n}'
  tell([
    {
      name: 'of every kind, each with its reason',
      first: `${data('gone', '')}${data('kept', 'input = 1')}${data('changed', 'input = 1')}${data('replaced', 'triggers_replace = [1, { a = 1 }]')}${data('gentle', `triggers_replace = 1\n${gentle}`)}${data('triggered', 'lifecycle {\nreplace_triggered_by = [terraform_data.changed]\n}')}${data('counted', 'count = 3\ninput = count.index')}${data('keyed', 'for_each = toset(["a", "b"])')}${data('single', '')}${data('tainted', '')}${data('asked', '')}${data('old', 'input = 1')}${output('gone', '1')}${output('kept', '1')}${output('changed', '1')}`,
      between: async (run) => {
        await run('taint', 'terraform_data.tainted')
      },
      second: `${data('new', '')}${data('kept', 'input = 1')}${data('changed', 'input = 2')}${data('replaced', 'triggers_replace = [2, { a = 2 }]')}${data('gentle', `triggers_replace = 2\n${gentle}`)}${data('triggered', 'lifecycle {\nreplace_triggered_by = [terraform_data.changed]\n}')}${data('counted', 'count = 1\ninput = count.index')}${data('keyed', 'for_each = toset(["b"])')}${data('single', 'count = 2')}${data('tainted', '')}${data('asked', '')}${data('renamed', 'input = 1')}moved {\nfrom = terraform_data.old\nto = terraform_data.renamed\n}\nimport {\nto = terraform_data.imported\nid = "known"\n}\n${data('imported', 'input = terraform_data.kept.id')}${output('kept', '1')}${output('changed', '2')}${output('new', 'terraform_data.new.id')}`,
      plans: [['-replace=terraform_data.asked'], ['-destroy'], ['-refresh-only']],
    },
    {
      name: 'that forget, with a value for the apply alone',
      first: `${data('gone', 'input = 1')}${data('kept', 'input = 1')}`,
      second: `removed {\nfrom = terraform_data.gone\nlifecycle {\ndestroy = false\n}\n}\nvariable "e" {\nephemeral = true\ndefault = "e-secret"\n}\n${data('kept', 'input = 1')}`,
      plans: [[], ['-var=e=other-secret']],
    },
    {
      name: 'of a part of the resources',
      first: `${data('a', 'input = 1')}${data('b', 'input = 1')}`,
      second: `${data('a', 'input = 2')}${data('b', 'input = 2')}`,
      plans: [['-target=terraform_data.a']],
    },
    {
      name: 'of data that is read now, and of data that waits',
      others: {
        'none.tfstate':
          '{"version":4,"serial":1,"lineage":"x","outputs":{"o":{"value":"v","type":"string"}},"resources":[]}',
      },
      first: `${data('a', 'input = "none.tfstate"')}${remote('now', '"none.tfstate"')}${remote('later', 'terraform_data.a.output')}${output('o', 'data.terraform_remote_state.later.outputs')}check "c" {\nassert {\ncondition = data.terraform_remote_state.now.workspace == "other"\nerror_message = "not other"\n}\n}\n`,
      second: `${data('a', 'input = "./none.tfstate"')}${remote('now', '"none.tfstate"')}${remote('later', 'terraform_data.a.output')}`,
    },
    {
      name: 'of an old object that could not be destroyed',
      first: data('a', 'input = 1'),
      between: async (run) => {
        const file = path.join(run.directory, 'terraform.tfstate')
        const state = JSON.parse(await readFile(file, 'utf8'))
        const [current] = state.resources[0].instances
        state.resources[0].instances.push({ ...current, deposed: '12345678' })
        await writeFile(file, JSON.stringify({ ...state, serial: state.serial + 1 }))
      },
      plans: [[], ['-destroy']],
    },
    {
      name: 'that happened outside',
      first: `${note('a', 'hush')}${note('b', 'hush')}${note('c', 'hush')}${data('d', 'input = lab_note.a.title')}`,
      between: async (run) => {
        const state = JSON.parse(await run('show', '-json'))
        const ids: string[] = state.values.root_module.resources
          .filter((each: { type: string }) => each.type === 'lab_note')
          .map((each: { values: { id: string } }) => each.values.id)
        const directory = path.join(root, 'notes', path.basename(run.directory))
        await writeFile(
          path.join(directory, `${ids[0]}.json`),
          '{"title":"outside","body":"other-secret","size":"12345678901234567890"}',
        )
        await rm(path.join(directory, `${ids[1]}.json`))
      },
      second: `${note('a', 'hush')}${note('b', 'hush')}${note('e', 'hush')}${data('d', 'input = lab_note.a.title')}moved {\nfrom = lab_note.c\nto = lab_note.e\n}\ndata "lab_note" "same" {\nid = lab_note.e.id\n}\n`,
      plans: [[], ['-refresh-only']],
    },
  ])
})

function note(name: string, body: string): string {
  return `resource "lab_note" "${name}" {\n  title = "${name}"\n  body  = "${body}"\n  size  = 1\n}\n`
}

function remote(name: string, file: string): string {
  return `data "terraform_remote_state" "${name}" {\nbackend = "local"\nconfig = { path = ${file} }\ndefaults = { a = 1 }\n}\n`
}

/** Every form of attribute and block, with a secret in each. */
function shelf(text: string, pin: string): string {
  const nested = `{ name = "${text}", pin = "${pin}", inner = { name = "${text}", pin = "${pin}" } }`
  const block = (type: string, label = '') =>
    `${type} ${label} {\n  name = "${text}"\n  pin  = "${pin}"\n}\n`
  return `
resource "lab_shelf" "empty" {}
resource "lab_shelf" "full" {
  label   = "${pin}"
  codes   = ["b", "${text}"]
  sizes   = { "${text}" = 1.5, b = 12345678901234567890 }
  any     = { a = ["${text}", 1], b = null }
  hidden  = { a = "${pin}", b = [1] }
  flag    = ${text === 'one'}
  pairs   = [{ a = "${text}", b = 1 }, { a = null, b = 2 }]
  kinds   = [{ a = "${text}", b = true }, { a = "z", b = null }]
  fixed   = ["${text}", 2]
  keys    = ["${pin}", "x"]
  owner   = ${nested}
  drawers = [${nested}, { name = "other" }]
  boxes   = [${nested}, { name = "other" }]
  shelves = { "${text}" = ${nested}, k = { name = lab_shelf.empty.id } }
  ${block('lock')}
  ${block('door')}
  ${block('row')}
  ${block('row')}
  ${block('tag')}
  tag {
    name = lab_shelf.empty.id
  }
  ${block('part', '"k"')}
  loose {
    name = "x"
    any  = "${text}"
  }
  loose {
    pin = "${pin}"
    any = { a = 1 }
  }
}
resource "lab_shelf" "partly" {
  codes   = [lab_shelf.empty.id, "x"]
  sizes   = { a = length(lab_shelf.empty.id) }
  any     = [lab_shelf.empty.id]
  keys    = [lab_shelf.empty.id]
  drawers = [{ name = lab_shelf.empty.id, pin = lab_shelf.empty.id }]
  boxes   = [{ name = lab_shelf.empty.id }]
  pairs   = [{ a = lab_shelf.empty.id, b = 1 }]
}
`
}
