import type { Tool } from '../../tool-runner.ts'
import { compareVersions } from '../../version.ts'
import { Unreadable } from '../unreadable.ts'
import {
  bytesIn,
  type Message,
  messageIn,
  messagesIn,
  numberIn,
  readMessage,
  textIn,
} from '../wire.ts'
import { type ResourceAddress, readAddress } from './address.ts'
import type { Path } from './marks.ts'
import { readMsgpackKey } from './msgpack-value.ts'

/**
 * The plan as the tool saved it: the message `Plan` of Terraform's
 * `internal/plans/planproto/planfile.proto`, of which OpenTofu's is a near copy.
 */
export interface PlanMessage {
  readonly terraformVersion: string
  readonly timestamp: string
  readonly refreshOnly: boolean
  readonly applyable: boolean
  readonly complete: boolean
  readonly errored: boolean
  /** Values of the root module's variables that were given, as dynamic values. */
  readonly variables: ReadonlyMap<string, Buffer>
  readonly resourceChanges: readonly ResourceChangeMessage[]
  readonly resourceDrift: readonly ResourceChangeMessage[]
  readonly outputChanges: readonly OutputChangeMessage[]
  readonly relevantAttributes: readonly { readonly resource: string; readonly path: Path }[]
}

export interface ResourceChangeMessage {
  readonly address: ResourceAddress
  readonly previousAddress: string
  readonly deposed: string
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly provider: string
  readonly change: ChangeMessage
  readonly replacePaths: readonly Path[]
  /** A word of the plan JSON; undefined when there is none. */
  readonly actionReason: string | undefined
}

export interface OutputChangeMessage {
  readonly name: string
  readonly change: ChangeMessage
  readonly sensitive: boolean
}

export interface ChangeMessage {
  /** The words of the plan JSON: `['delete', 'create']`. */
  readonly actions: readonly string[]
  /** Undefined where there is no object. */
  readonly before: Buffer | undefined
  readonly after: Buffer | undefined
  readonly sensitiveBefore: readonly Path[]
  readonly sensitiveAfter: readonly Path[]
  /** The id that is imported, empty when an identity is. */
  readonly importing: string | undefined
  readonly generatedConfig: string
}

/** Versions whose plan files were compared with their own `show -json`, field by field. */
const verified = {
  terraform: { from: '1.5.0', before: '1.16.0' },
  tofu: { from: '1.8.0', before: '1.13.0' },
} as const

/** The only version of the format that there has been. */
const formatVersion = 3

/**
 * @throws Unreadable for a plan of another tool than the one given or of a version that is not
 * verified, and for every field that is not known or that would need more than what is read here.
 */
export function readPlanMessage(bytes: Buffer, tool: Pick<Tool, 'name' | 'version'>): PlanMessage {
  const { from, before } = verified[tool.name]
  const release = /^\d+\.\d+\.\d+$/.test(tool.version)
  if (
    !release ||
    compareVersions(tool.version, from) < 0 ||
    compareVersions(tool.version, before) >= 0
  ) {
    throw new Unreadable(`plans of ${tool.name} ${tool.version} are not verified`)
  }
  // Left aside: checks (19), targets (5, 6), forced replacements (16), apply-time variables (28),
  // results of functions or ephemeral variables (22).
  const plan = only(readMessage(bytes), [
    ...[1, 2, 3, 4, 5, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 25, 26, 28],
    ...(tool.name === 'tofu' ? [6] : []),
  ])
  if (numberIn(plan, 1) !== formatVersion) throw new Unreadable('the plan is of another format')
  if (textIn(plan, 14) !== tool.version) throw new Unreadable('the plan is of another version')
  const change = (message: Message) => readResourceChange(message, tool)
  return {
    terraformVersion: textIn(plan, 14),
    timestamp: textIn(plan, 21),
    refreshOnly: numberIn(plan, 17) === 2,
    applyable: numberIn(plan, 25) === 1,
    complete: numberIn(plan, 26) === 1,
    errored: numberIn(plan, 20) === 1,
    variables: new Map(
      messagesIn(plan, 2).map((entry) => [textIn(entry, 1), dynamicValue(messageIn(entry, 2))]),
    ),
    resourceChanges: messagesIn(plan, 3).map(change),
    resourceDrift: messagesIn(plan, 18).map(change),
    outputChanges: messagesIn(plan, 4).map((message) => readOutputChange(message, tool)),
    relevantAttributes: messagesIn(plan, 15).map((message) => ({
      resource: textIn(only(message, [1, 2]), 1),
      path: readPath(messageIn(message, 2) ?? new Map()),
    })),
  }
}

function readResourceChange(message: Message, tool: Pick<Tool, 'name'>): ResourceChangeMessage {
  only(message, [7, 8, 9, 10, 11, 12, 13, 14]) // 10 is the provider's own.
  const reason = numberIn(message, 12)
  const actionReason =
    actionReasons[reason] ?? (tool.name === 'tofu' ? tofuReasons[reason] : undefined)
  if (reason !== 0 && actionReason === undefined) throw new Unreadable('a reason is unknown')
  return {
    address: readAddress(textIn(message, 13)),
    previousAddress: textIn(message, 14),
    deposed: textIn(message, 7),
    provider: providerOf(textIn(message, 8)),
    change: readChange(messageIn(message, 9), tool),
    replacePaths: messagesIn(message, 11).map(readPath),
    actionReason,
  }
}

function readOutputChange(message: Message, tool: Pick<Tool, 'name'>): OutputChangeMessage {
  only(message, [1, 2, 3])
  return {
    name: textIn(message, 1),
    change: readChange(messageIn(message, 2), tool),
    sensitive: numberIn(message, 3) === 1,
  }
}

/** By the number of the action: its words, and which of the values is before and after. */
const actions: Readonly<
  Record<
    number,
    { readonly words: readonly string[]; readonly values: 'before' | 'after' | 'same' | 'both' }
  >
> = {
  0: { words: ['no-op'], values: 'same' },
  1: { words: ['create'], values: 'after' },
  2: { words: ['read'], values: 'both' },
  3: { words: ['update'], values: 'both' },
  5: { words: ['delete'], values: 'before' },
  6: { words: ['delete', 'create'], values: 'both' },
  7: { words: ['create', 'delete'], values: 'both' },
  8: { words: ['forget'], values: 'before' },
  9: { words: ['create', 'forget'], values: 'both' },
}

function readChange(message: Message | undefined, tool: Pick<Tool, 'name'>): ChangeMessage {
  if (message === undefined) throw new Unreadable('a change is empty')
  only(message, [1, 2, 3, 4, 5, 6, 7, 8]) // 7 and 8 are identities.
  const number = numberIn(message, 1)
  const action = tool.name === 'tofu' && number === 9 ? undefined : actions[number]
  if (action === undefined) throw new Unreadable('an action is unknown')
  const values = messagesIn(message, 2).map(dynamicValue)
  if (values.length !== (action.values === 'both' ? 2 : 1)) {
    throw new Unreadable('a change has another number of values')
  }
  return {
    actions: action.words,
    before: action.values === 'after' ? undefined : values[0],
    after: action.values === 'before' ? undefined : values.at(-1),
    sensitiveBefore: messagesIn(message, 3).map(readPath),
    sensitiveAfter: messagesIn(message, 4).map(readPath),
    importing: readImporting(messageIn(message, 5), tool),
    generatedConfig: textIn(message, 6),
  }
}

function readImporting(message: Message | undefined, tool: Pick<Tool, 'name'>): string | undefined {
  if (message === undefined) return undefined
  only(message, [1, 2, 3])
  if (tool.name === 'terraform' && numberIn(message, 2) !== 0) {
    throw new Unreadable('the id of an import is unknown')
  }
  return textIn(message, 1)
}

function readPath(message: Message): Path {
  return messagesIn(only(message, [1]), 1).map((step) => {
    only(step, [1, 2])
    const key = messageIn(step, 2)
    return key === undefined ? textIn(step, 1) : readMsgpackKey(dynamicValue(key))
  })
}

function dynamicValue(message: Message | undefined): Buffer {
  const bytes = message && bytesIn(only(message, [1]), 1)
  if (bytes === undefined) throw new Unreadable('a value is of another serialisation')
  return bytes
}

/** `module.a.provider["registry.terraform.io/hashicorp/aws"].west`. */
export function providerOf(configuration: string): string {
  const match = /^(?:module\.[^"]+?\.)?provider\["([^"\\]+)"\](?:\.[^.]+)?$/.exec(configuration)
  if (match?.[1] === undefined) throw new Unreadable('a provider is of an unknown form')
  return match[1]
}

/** @throws Unreadable when the message has another field than these. */
function only(message: Message, fields: readonly number[]): Message {
  for (const field of message.keys()) {
    if (!fields.includes(field)) throw new Unreadable(`a message has the field ${field}`)
  }
  return message
}

const actionReasons: Readonly<Record<number, string>> = {
  1: 'replace_because_tainted',
  2: 'replace_by_request',
  3: 'replace_because_cannot_update',
  4: 'delete_because_no_resource_config',
  5: 'delete_because_wrong_repetition',
  6: 'delete_because_count_index',
  7: 'delete_because_each_key',
  8: 'delete_because_no_module',
  9: 'replace_by_triggers',
  10: 'read_because_config_unknown',
  11: 'read_because_dependency_pending',
  12: 'delete_because_no_move_target',
  13: 'read_because_check_nested',
}

const tofuReasons: Readonly<Record<number, string>> = {
  14: 'delete_because_enabled_false',
  15: 'forgot_because_lifecycle_destroy_in_state',
  16: 'forgot_because_lifecycle_destroy_in_config',
}
