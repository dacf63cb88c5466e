import { createHash } from 'node:crypto'
import path from 'node:path'
import { type Called, countAt, shown, textAt, unsuitable } from './arguments.ts'
import { cidrSubnet } from './cidr.ts'
import { type Datum, Dict, isList } from './datum.ts'
import { Fault } from './fault.ts'
import { readJson, readYaml } from './texts.ts'

export interface FunctionSpec {
  /** How it is written, for `--help` and refusals. */
  readonly usage: string
  /** Fewest and most arguments; of a method without what it is called on. */
  readonly arity: readonly [fewest: number, most: number]
  /** No argument is unknown. @throws Fault */
  readonly run: (called: Called) => Datum
}

/** Functions by name. `default`, `has` and `environment` are not among them: they do not take values. */
export const functions: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ['size', { usage: 'size(x)', arity: [1, 1], run: size }],
  ['string', { usage: 'string(x)', arity: [1, 1], run: toText }],
  ['int', { usage: 'int(x)', arity: [1, 1], run: toInt }],
  ['double', { usage: 'double(x)', arity: [1, 1], run: toDouble }],
  ['bool', { usage: 'bool(x)', arity: [1, 1], run: toBool }],
  ['file', { usage: 'file(path)', arity: [1, 1], run: file }],
  ['json', { usage: 'json(text)', arity: [1, 1], run: (called) => parsed(called, readJson) }],
  ['yaml', { usage: 'yaml(text)', arity: [1, 1], run: (called) => parsed(called, readYaml) }],
  ['git_commit', { usage: 'git_commit(path)', arity: [1, 1], run: gitCommit }],
  ['base64', { usage: 'base64(text)', arity: [1, 1], run: base64 }],
  ['sha256', { usage: 'sha256(text)', arity: [1, 1], run: sha256 }],
  ['cidr_subnet', { usage: 'cidr_subnet(prefix, newbits, num)', arity: [3, 3], run: subnet }],
])

/** Known words that do not work yet. */
export const laterFunctions: ReadonlySet<string> = new Set([
  'image',
  'secret',
  'k8s_secret',
  'configmap',
])

export function size(called: Called): Datum {
  const [datum = null] = called.args
  if (typeof datum === 'string') return BigInt([...datum].length)
  if (isList(datum)) return BigInt(datum.length)
  if (datum instanceof Dict) return BigInt(datum.keys.size)
  throw unsuitable(called, 0, 'a string, a list or a map')
}

function toText(called: Called): Datum {
  const [datum = null] = called.args
  if (datum === null || typeof datum === 'object') {
    throw unsuitable(called, 0, 'a string, a number or a bool')
  }
  return String(datum)
}

function toInt(called: Called): Datum {
  const [datum = null] = called.args
  if (typeof datum === 'bigint') return datum
  if (typeof datum === 'number' && Number.isFinite(datum)) return BigInt(Math.trunc(datum))
  if (typeof datum !== 'string') throw unsuitable(called, 0, 'a number or a string')
  if (/^[-+]?\d{1,19}$/.test(datum)) return BigInt(datum.replace('+', ''))
  throw new Fault(`${shown(called, datum)} is no whole number`, called.call)
}

function toDouble(called: Called): Datum {
  const [datum = null] = called.args
  if (typeof datum === 'number' || typeof datum === 'bigint') return Number(datum)
  if (typeof datum !== 'string') throw unsuitable(called, 0, 'a number or a string')
  const number = Number(datum)
  if (/^[-+]?[\d.]/.test(datum) && Number.isFinite(number)) return number
  throw new Fault(`${shown(called, datum)} is no number`, called.call)
}

function toBool(called: Called): Datum {
  const [datum = null] = called.args
  if (typeof datum === 'boolean') return datum
  if (datum === 'true' || datum === 'false') return datum === 'true'
  if (typeof datum !== 'string') throw unsuitable(called, 0, 'a bool or a string')
  throw new Fault(`${shown(called, datum)} is neither "true" nor "false"`, called.call)
}

function file(called: Called): Datum {
  const written = rootPathAt(called)
  const text = called.scope.world.file(written)
  if (text !== undefined) return called.scope.budget.text(text, called.call)
  throw new Fault(
    `there is no file ${shown(called, written)}`,
    called.call.args[0] ?? called.call,
    {
      missing: true,
      next: "Paths count from the repository's root.",
    },
  )
}

function gitCommit(called: Called): Datum {
  const written = rootPathAt(called)
  const commit = called.scope.world.commitOf(written)
  if (commit !== undefined) return commit
  throw new Fault(
    `no commit has changed ${shown(called, written)}`,
    called.call.args[0] ?? called.call,
    {
      missing: true,
      next: "Paths count from the repository's root.",
    },
  )
}

/** A path that stays inside of the repository. */
function rootPathAt(called: Called): string {
  const written = textAt(called, 0)
  const normal = path.posix.normalize(written)
  const leaves = normal === '..' || normal.startsWith('../') || path.posix.isAbsolute(normal)
  if (!leaves && !written.includes('\0') && written !== '') return normal
  throw new Fault(`${shown(called, written)} is not inside of the repository`, called.call, {
    next: "Paths count from the repository's root.",
  })
}

function parsed(called: Called, read: (text: string) => Datum): Datum {
  const text = textAt(called, 0)
  called.scope.budget.spend(text.length / 16, called.call)
  try {
    return read(text)
  } catch {
    // What it says holds a piece of the text, which may be a secret.
    throw new Fault(
      `${called.call.name}() cannot read this text`,
      called.call.args[0] ?? called.call,
    )
  }
}

function base64(called: Called): Datum {
  return called.scope.budget.text(Buffer.from(textAt(called, 0)).toString('base64'), called.call)
}

function sha256(called: Called): Datum {
  return createHash('sha256').update(textAt(called, 0)).digest('hex')
}

function subnet(called: Called): Datum {
  const result = cidrSubnet(textAt(called, 0), countAt(called, 1), countAt(called, 2))
  if ('subnet' in result) return result.subnet
  throw new Fault(result.fault, called.call.args[result.argument] ?? called.call)
}
