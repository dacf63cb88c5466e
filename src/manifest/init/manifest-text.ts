import { SCHEMA_ADDRESS } from '../reading/json-schema.ts'
import type { DataEdge, InitComponent, InitPlan } from './facts.ts'

const COMMENT_COLUMN = 44

/** The text of a first `portolan.yaml`: what is found, and beside it how to go on. */
export function manifestText(plan: InitPlan): string {
  return [
    `# yaml-language-server: $schema=${SCHEMA_ADDRESS}`,
    '#',
    '# What this platform is made of, and where it runs.',
    '# After every edit: `portolan validate`. What a component gets, and from where: `portolan explain`.',
    ...notes(plan),
    'version: 1',
    withComment(`# project: ${plan.project}`, 'by default the name of the repository'),
    '',
    ...values(),
    '',
    ...environments(plan),
    '',
    ...components(plan),
    ...leftOut(plan),
    '',
  ].join('\n')
}

function notes({ from, notes: all }: InitPlan): string[] {
  if (from === undefined) return []
  if (all.length === 0) return ['#', `# Made of ${from}, which says nothing more.`]
  return [
    '#',
    `# Made of ${from}. What is not carried over:`,
    ...all.map((one) => `#   ${one.replace(/\s+/g, ' ')}`),
  ]
}

function values(): string[] {
  return [
    `# Values for all of it, read as \${{ values.NAME }}. Environments lay their own over them.`,
    '# values:',
    '#   size: small',
  ]
}

function environments({ environments: names }: InitPlan): string[] {
  const last = names.at(-1) ?? 'default'
  const head = [
    '# Where it runs, in the order of promotion. Every component has a state of its own in each of them.',
    'environments:',
  ]
  if (names.length > 1) {
    return [
      ...head,
      ...names.map((name) => `  ${scalar(name)}: {}`),
      '  # What an environment can say, for instance the last one:',
      ...exampleEnvironment(last, names.at(-2) ?? 'default'),
    ]
  }
  return [
    ...head,
    `  ${scalar(last)}: {}`,
    '  # Another one:',
    ...exampleEnvironment(last === 'prod' ? 'live' : 'prod', last),
  ]
}

function exampleEnvironment(name: string, before: string): string[] {
  const lines: (readonly [string, string])[] = [
    [`  # ${name}:`, ''],
    [`  #   after: ${before}`, 'only what succeeded there comes here'],
    ['  #   gate: { approvals: 1 }', 'somebody has to say yes: `portolan approve`'],
    ['  #   values: { size: large }', 'lies over the values above'],
  ]
  return lines.map(([text, comment]) => withComment(text, comment))
}

function components({ components: all }: InitPlan): string[] {
  const head = [
    '# Its parts. The key that says what a part is (`terraform`, `run`) is its kind; paths begin at the root.',
    'components:',
  ]
  if (all.length === 0) return [...head, ...exampleComponents()]
  return [...head, ...all.flatMap(component), ...moreComponents(all)]
}

function component(one: InitComponent, index: number): string[] {
  return [
    ...(index === 0 ? [] : ['']),
    `  ${one.id}:`,
    `    terraform: ${scalar(one.directory === '' ? '.' : one.directory)}`,
    ...(one.tool === undefined ? [] : [`    tool: ${one.tool}`]),
    ...(one.terraformVersion === undefined
      ? []
      : [`    terraform_version: ${JSON.stringify(one.terraformVersion)}`]),
    ...(one.ownWorkspaces
      ? [withComment(`    workspace: \${{ env.name }}`, "Terraform's own workspace")]
      : []),
    ...(one.environments === undefined ? [] : [`    environments: ${flow(one.environments)}`]),
    ...(one.needs.length === 0 ? [] : [`    needs: ${flow(one.needs)}`]),
    ...(one.watch.length === 0
      ? []
      : [withComment(`    watch: ${flow(one.watch)}`, 'further files that it depends on')]),
    ...backend(one),
    ...dataEdges(one.edges),
    ...required(one),
  ]
}

function backend({ backend: type }: InitComponent): string[] {
  if (type === undefined || type === 'local') return []
  const what = type === 'cloud' ? 'HCP Terraform' : `its backend "${type}"`
  return [
    `    # Its state is in ${what}. \`portolan state import\` takes it over; or keep it where it is:`,
    '    # state: own',
  ]
}

function dataEdges(edges: readonly DataEdge[]): string[] {
  if (edges.length === 0) return []
  const sources = [...new Set(edges.map((edge) => edge.component))]
  const [only, ...others] = sources
  const has = others.length === 0 ? `${only} has` : `${sources.join(' and ')} have`
  const comes = others.length === 0 ? 'it comes' : 'each comes'
  return [
    `    # ${has} outputs of these names. Read so, ${comes} first by itself:`,
    '    # inputs:',
    ...edges.map(
      ({ variable, component: from }) =>
        `    #   ${variable}: \${{ outputs.${from}${member(variable)} }}`,
    ),
  ]
}

/** An edge among them is shown already. */
function required({ required: all, edges }: InitComponent): string[] {
  const names = all.filter((name) => !edges.some((edge) => edge.variable === name))
  if (names.length === 0) return []
  const inputs = edges.length > 0 ? [] : ['    # inputs:']
  return [
    '    # These variables have no default and have to be given:',
    ...inputs,
    ...names.map((name) => `    #   ${name}: …`),
  ]
}

function member(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `["${name}"]`
}

function exampleComponents(): string[] {
  return [
    '  # network:',
    withComment('  #   terraform: infra/network', 'a root module: a directory'),
    withComment('  #   inputs: { cidr: 10.0.0.0/16 }', 'its variables'),
    withComment('  #   outputs: { vpc_id: string }', 'what it promises, checked after each apply'),
    '  # db:',
    '  #   terraform: infra/db',
    '  #   inputs:',
    withComment(
      `  #     vpc_id: \${{ outputs.network.vpc_id }}`,
      'reads what network made, and so comes after it',
    ),
    withComment('  #   protect: true', 'never destroyed without a reason that is recorded'),
  ]
}

/** What the found ones do not show by themselves. */
function moreComponents(all: readonly InitComponent[]): string[] {
  const [first] = all
  if (first === undefined) return []
  return [
    '',
    '  # More that a part can say:',
    withComment('  #   inputs: { region: eu-west-1 }', 'its variables'),
    withComment('  #   outputs: { vpc_id: string }', 'what it promises, checked after each apply'),
    withComment('  #   protect: true', 'never destroyed without a reason that is recorded'),
    '  # A command is a part too:',
    '  # smoke_test:',
    withComment('  #   run: ./scripts/smoke-test.sh', 'run by a shell, at the root'),
    withComment(`  #   needs: [${first.id}]`, 'order alone, where nothing is read'),
  ]
}

function leftOut({ leftOut: directories, from }: InitPlan): string[] {
  if (directories.length === 0) return []
  return [
    '',
    `  # Root modules that ${from} leaves out:`,
    ...directories.map((one) => `  #   ${one === '' ? '.' : one}`),
  ]
}

function withComment(text: string, comment: string): string {
  return comment === '' ? text : `${text.padEnd(COMMENT_COLUMN - 1)} # ${comment}`
}

function flow(items: readonly string[]): string {
  return `[${items.map(scalar).join(', ')}]`
}

/** Text as YAML, in quotes where it would be read as something else. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z_./][\w./-]*$/.test(text)
  const isWord = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(text)
  const isNumber = /^\.\d/.test(text) || /^\.(inf|nan)$/i.test(text)
  return isPlain && !isWord && !isNumber ? text : JSON.stringify(text)
}
