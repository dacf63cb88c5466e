import { type ExtraCommand, isReservedVariable, readExtraArguments } from '../../engines/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { MapNode, Node } from '../node.ts'
import type { Problem } from '../problem.ts'
import { listAt, mapAt, scalarAt, textAt, textsAt } from '../reading/access.ts'
import { checkShape } from '../reading/check-shape.ts'
import { stepSchemas } from './schema.ts'
import type { Workflow, WorkflowStep } from './workflow.ts'

type Stage = 'plan' | 'apply'

/** What is said of a file on the way: what stops it, and what does not. */
export interface Findings {
  readonly problems: Problem[]
  readonly notes: Problem[]
}

const usual: Readonly<Record<Stage, readonly WorkflowStep[]>> = {
  plan: [
    { is: 'init', arguments: [] },
    { is: 'plan', arguments: [] },
  ],
  apply: [{ is: 'apply', arguments: [] }],
}

/** Reads a workflow whose own keys were checked. */
export function readWorkflow(name: string, node: MapNode, findings: Findings): Workflow {
  return {
    name,
    plan: readStage('plan', node, findings),
    apply: readStage('apply', node, findings),
  }
}

function readStage(stage: Stage, node: MapNode, findings: Findings): readonly WorkflowStep[] {
  const map = mapAt(node, stage)
  const items = (map && listAt(map, 'steps')?.items) ?? []
  if (items.length === 0) return usual[stage]
  const before = findings.problems.length
  const steps = items.flatMap((item) => readStep(stage, item, findings))
  const main = steps.filter((step) => step.is === stage)
  const first = steps.findIndex((step) => step.is === 'init')
  const at = map?.entries.find(({ key }) => key === 'steps')?.keyAt
  if (findings.problems.length > before) return steps
  if (main.length !== 1) {
    const how = main.length === 0 ? 'no' : 'more than one'
    const message = `the steps of \`${stage}\` have ${how} \`${stage}\` step`
    const next = `Portolan runs \`${stage}\` itself, once: write \`- ${stage}\` where your command stands, and what it needs before it.`
    findings.problems.push({ at, message, next })
  } else if (first > steps.findIndex((step) => step.is === stage)) {
    findings.problems.push({ at, message: '`init` stands after it', next: 'Put it first.' })
  }
  return steps
}

const builtIn: Readonly<Record<Stage, readonly ExtraCommand[]>> = {
  plan: ['init', 'plan'],
  apply: ['init', 'apply'],
}

function readStep(stage: Stage, item: Node, findings: Findings): WorkflowStep[] {
  if (item.kind === 'scalar') return plainStep(stage, item, findings)
  const entry = item.kind === 'map' ? item.entries[0] : undefined
  if (item.kind !== 'map' || entry === undefined || item.entries.length !== 1) {
    const next = 'Write `- plan`, or `- run: COMMAND`.'
    findings.problems.push({ at: item.at, message: 'a step is a word, or a map of one key', next })
    return []
  }
  const { key, keyAt, value } = entry
  const known = builtIn[stage].find((one) => one === key)
  if (known !== undefined) return argumentStep(known, value, findings)
  if (key === 'run' || key === 'multienv') return commandStep(key, value, findings)
  if (key === 'env') return envStep(value, findings)
  return unknownStep(stage, key, { at: keyAt, findings })
}

function plainStep(stage: Stage, item: Extract<Node, { kind: 'scalar' }>, findings: Findings) {
  const word = String(item.value)
  const known = builtIn[stage].find((one) => one === word)
  if (known !== undefined) return [{ is: known, arguments: [] }]
  return unknownStep(stage, word, { at: item.at, findings })
}

const elsewhere = new Set(['show', 'policy_check'])

function unknownStep(
  stage: Stage,
  word: string,
  { at, findings }: { readonly at: Node['at']; readonly findings: Findings },
): [] {
  if (elsewhere.has(word)) {
    const message = `the step \`${word}\` is not run`
    findings.notes.push({ at, message, next: 'Plans are read and kept anyway.' })
    return []
  }
  const known = [...builtIn[stage], 'run', 'env', 'multienv'].join(', ')
  findings.problems.push({
    at,
    message: `there is no step \`${word}\` for \`${stage}\``,
    next: `Steps are ${known}. A command is written \`- run: ${word}\`.`,
  })
  return []
}

function argumentStep(is: ExtraCommand, value: Node, findings: Findings): WorkflowStep[] {
  const title = `\`${is}\``
  const shaped = checkShape(stepSchemas.arguments, value, { level: 'file', title, at: value.at })
  findings.problems.push(...shaped.problems)
  const given = textsAt(shaped.node, 'extra_args')
  try {
    readExtraArguments(is, given)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const at = listAt(shaped.node, 'extra_args')?.at ?? value.at
    findings.problems.push({ at, message: error.message, next: error.next })
    return []
  }
  return [{ is, arguments: given }]
}

function commandStep(is: 'run' | 'multienv', value: Node, findings: Findings): WorkflowStep[] {
  const node: Node =
    value.kind === 'scalar'
      ? { kind: 'map', at: value.at, entries: [{ key: 'command', keyAt: value.at, value }] }
      : value
  const title = `\`${is}\``
  const shaped = checkShape(stepSchemas.run, node, { level: 'file', title, at: value.at })
  findings.problems.push(...shaped.problems)
  refuseShell(shaped.node, findings)
  const command = textAt(shaped.node, 'command')
  if (command === undefined) return []
  if (is === 'multienv') return [{ is, command }]
  return [{ is, command, isHidden: isHidden(shaped.node, findings) }]
}

function isHidden(node: MapNode, { notes }: Findings): boolean {
  const output = node.entries.find(({ key }) => key === 'output')?.value
  const words = output?.kind === 'list' ? textsAt(node, 'output') : [textAt(node, 'output')]
  if (words.includes('hide')) return true
  const other = words.find((word) => word !== undefined && word !== 'show')
  if (other !== undefined) {
    const message = `\`output: ${other}\` is shown whole`
    notes.push({
      at: output?.at,
      message,
      next: 'Plans are shown without their refreshing anyway.',
    })
  }
  return false
}

function refuseShell(node: MapNode, { problems }: Findings): void {
  const shell = scalarAt(node, 'shell')
  if (shell === undefined || shell.value === 'sh') return
  const next = `Write \`${String(shell.value)} -c '…'\` in the command.`
  problems.push({ at: shell.at, message: 'commands are run by `sh` only', next })
}

function envStep(value: Node, findings: Findings): WorkflowStep[] {
  const { problems } = findings
  const shaped = checkShape(stepSchemas.env, value, { level: 'file', title: '`env`', at: value.at })
  problems.push(...shaped.problems)
  refuseShell(shaped.node, findings)
  const name = textAt(shaped.node, 'name')
  const text = scalarAt(shaped.node, 'value')?.value
  const command = textAt(shaped.node, 'command')
  if (name === undefined || shaped.problems.length > 0) return []
  if (isReservedVariable(name)) {
    const message = `\`${name}\` cannot be set: Portolan sets it`
    const next = 'Write what it should say as `extra_args`.'
    problems.push({ at: value.at, message, next })
    return []
  }
  if ((text === undefined) === (command === undefined)) {
    const message = `\`env\` of ${name} has ${text === undefined ? 'neither' : 'both'} \`value\` ${text === undefined ? 'nor' : 'and'} \`command\``
    problems.push({ at: value.at, message, next: 'Write one of them.' })
    return []
  }
  if (command !== undefined) return [{ is: 'env-command', name, command }]
  return [{ is: 'env', name, value: String(text) }]
}
