import { valueJson } from '../../platform/value-json.ts'
import type { Component } from '../manifest.ts'
import type { ExplainedValue } from '../resolving/explanation-of.ts'
import { comesFromFile } from './used-values.ts'
import { saysTheSame } from './written.ts'

export interface Explained {
  readonly component: Component
  readonly values: readonly ExplainedValue[]
  /** Names of values that come from files: what is made of them is not shown. */
  readonly fromFiles: ReadonlySet<string>
}

const MOST = 8
const LONGEST = 40
const secretive = /pass|secret|token|key|credential|private|auth/i

/** What is different between two definitions of a workspace, in words that hold no secret. */
export function differencesOf(before: Explained, now: Explained): string[] {
  const was = byPath(before)
  const is = byPath(now)
  const fromFiles = new Set([...before.fromFiles, ...now.fromFiles])
  const found = [...new Set([...is.keys(), ...was.keys()])].flatMap((path) => {
    const text = differenceAt(path, was.get(path), is.get(path), fromFiles)
    return text === undefined ? [] : [text]
  })
  if (found.length === 0) return [settings(before.component, now.component)]
  const more = found.length - MOST
  return more > 1 ? [...found.slice(0, MOST), `and ${more} more`] : found
}

/** Without the values of the environment: what they change stands where they are used. */
function byPath({ values }: Explained): Map<string, ExplainedValue> {
  const own = values.filter(({ path }) => !/^values(\.|\["|$)/.test(path))
  return new Map(own.map((one) => [one.path, one]))
}

function differenceAt(
  path: string,
  was: ExplainedValue | undefined,
  is: ExplainedValue | undefined,
  fromFiles: ReadonlySet<string>,
): string | undefined {
  const name = path.replace(/^inputs\./, 'input ').replace(/^inputs\[/, 'input [')
  if (was === undefined) {
    const value = is === undefined ? undefined : shown(is, fromFiles)
    return value === undefined ? `${name} is new` : `${name} is new: ${value}`
  }
  if (is === undefined) return `${name} is gone`
  if (identity(was) === identity(is)) return undefined
  const [from, to] = [shown(was, fromFiles), shown(is, fromFiles)]
  return from === undefined || to === undefined ? `${name} changed` : `${name}: ${from} → ${to}`
}

/** What has to be the same: the value, or as long as that is not known the text that gives it. */
function identity({ value, shown: text, expression }: ExplainedValue): string {
  return value === undefined ? JSON.stringify([text, expression]) : valueJson(value)
}

/** A value that may be shown: short and plain, and neither from an output nor from a file. */
function shown(
  { path, value, expression, layer }: ExplainedValue,
  fromFiles: ReadonlySet<string>,
): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined
  if (secretive.test(path) || secretive.test(layer)) return undefined
  if (expression !== undefined && comesFromFile(expression, fromFiles)) return undefined
  const text = valueJson(value)
  return text.length > LONGEST ? undefined : text
}

/** What no value tells. */
function settings(before: Component, now: Component): string {
  if (!saysTheSame(before.outputs, now.outputs)) return 'its declared outputs changed'
  if (!saysTheSame(before.terraform, now.terraform)) return 'its Terraform settings changed'
  if (!saysTheSame(before.workflow, now.workflow)) return 'its workflow changed'
  if (before.kind !== now.kind) return `it is ${now.kind} now, and was ${before.kind}`
  return 'its settings changed'
}
