import { compareAddresses, compareText } from './address.ts'
import { type CtyValue, isWhollyKnown, nullValue, toJson, unknownParts } from './cty-value.ts'
import { joined, marksAt, type Path, schemaMarks, sensitiveParts } from './marks.ts'
import { readMsgpack } from './msgpack-value.ts'
import type { ChangeMessage, OutputChangeMessage, ResourceChangeMessage } from './plan-message.ts'
import type { Schema } from './schema.ts'

type Json = Readonly<Record<string, unknown>>

export interface Reading {
  /** @throws Unreadable when there is none. */
  schemaOf(provider: string, mode: 'managed' | 'data', type: string): Schema
  /** How much of a set is sensitive that has a sensitive element. */
  readonly sets: 'whole' | 'elements'
}

/**
 * `resource_changes` of the plan JSON.
 * Source: Terraform `internal/command/jsonplan/plan.go`, MarshalResourceChanges.
 */
export function resourceChanges(
  messages: readonly ResourceChangeMessage[],
  reading: Reading,
): readonly Json[] {
  return messages
    .filter(({ address, change }) => !(address.mode === 'data' && change.actions[0] === 'delete'))
    .toSorted((a, b) => compareAddresses(a.address, b.address) || compareText(a.deposed, b.deposed))
    .map((message) => resourceChange(message, reading))
}

function resourceChange(message: ResourceChangeMessage, reading: Reading): Json {
  const { address, provider, previousAddress, deposed, actionReason } = message
  const schema = reading.schemaOf(provider, address.mode, address.type)
  return given({
    address: address.text,
    previous_address: previousAddress === address.text ? undefined : textOf(previousAddress),
    module_address: textOf(address.moduleText),
    mode: address.mode,
    type: address.type,
    name: address.name,
    index: address.key,
    provider_name: provider,
    deposed: textOf(deposed),
    change: change(message.change, message.replacePaths, { ...reading, schema }),
    action_reason: actionReason,
  })
}

function change(
  message: ChangeMessage,
  replacePaths: readonly Path[],
  { schema, sets }: Pick<Reading, 'sets'> & { readonly schema: Schema },
): Json {
  const read = (bytes: Buffer | undefined) =>
    bytes === undefined ? nullValue : readMsgpack(bytes, schema.type)
  const sensitive = (value: CtyValue, paths: readonly Path[]) =>
    sensitiveParts(value, joined(marksAt(paths), schemaMarks(schema.block, value)), sets)
  const before = read(message.before)
  const after = read(message.after)
  return given({
    actions: message.actions,
    before: toJson(before),
    after: toJson(after),
    after_unknown: isWhollyKnown(after) ? {} : unknownParts(after),
    before_sensitive: sensitive(before, message.sensitiveBefore),
    after_sensitive: sensitive(after, message.sensitiveAfter),
    replace_paths: replacePaths.length > 0 ? replacePaths : undefined,
    importing:
      message.importing === undefined ? undefined : given({ id: textOf(message.importing) }),
    generated_config: textOf(message.generatedConfig),
  })
}

/** `output_changes` of the plan JSON, if there are any. Their values carry their types. */
export function outputChanges(messages: readonly OutputChangeMessage[]): Json | undefined {
  if (messages.length === 0) return undefined
  return Object.fromEntries(
    messages.map(({ name, change: message, sensitive }) => {
      const [before, after] = [message.before, message.after].map((bytes) =>
        bytes === undefined ? nullValue : readMsgpack(bytes, { kind: 'dynamic' }),
      )
      const json = given({
        actions: message.actions,
        before: toJson(before ?? nullValue),
        after: toJson(after ?? nullValue),
        after_unknown: unknownOutput(after ?? nullValue),
        before_sensitive: sensitive,
        after_sensitive: sensitive,
      })
      return [name, json]
    }),
  )
}

function unknownOutput(value: CtyValue): unknown {
  return isWhollyKnown(value) ? false : unknownParts(value)
}

/** The object without members that are not there. */
export function given(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

/** The format has no empty texts, only absent ones. */
export function textOf(text: string): string | undefined {
  return text === '' ? undefined : text
}
