import type { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { MapEntry, MapNode, Node, Position, ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import type { YamlDocument } from './text.ts'
import { yaml } from './yaml-library.ts'

/** Nodes with every alias written out; a file that has more is a bomb. */
const MOST_NODES = 500_000

/** Makes nodes of what the YAML library parsed without an error. */
export function toNode(
  document: Document.Parsed,
  text: string,
  at: (offset: number) => Position,
): YamlDocument {
  const conversion = new Conversion(text, at)
  for (const warning of document.warnings) conversion.warn(warning.pos[0], warning.message)
  const { contents } = document
  // What stands behind an unknown tag is not what it looks like.
  if (conversion.problems.length > 0) return { node: undefined, problems: conversion.problems }
  if (contents === null) return { node: undefined, problems: conversion.problems }
  const node = conversion.node(contents, contents.range[0])
  const isEmpty = node.kind === 'scalar' && node.value === null
  return { node: isEmpty ? undefined : node, problems: conversion.problems }
}

class Conversion {
  readonly problems: Problem[] = []
  readonly #text: string
  readonly #at: (offset: number) => Position
  readonly #anchors = new Map<string, { node: Node; size: number } | 'open'>()
  #size = 0
  #tooLarge = false

  constructor(text: string, at: (offset: number) => Position) {
    this.#text = text
    this.#at = at
  }

  /** `empty` is the place of a value that is not written at all: its key's. */
  node(source: unknown, empty: number): Node {
    if (yaml().isAlias(source)) return this.#alias(source.source, source.range?.[0] ?? empty)
    const anchor =
      yaml().isScalar(source) || yaml().isMap(source) || yaml().isSeq(source)
        ? source.anchor
        : undefined
    const before = this.#size
    if (anchor !== undefined) this.#anchors.set(anchor, 'open')
    const node = this.#written(source, empty)
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: this.#size - before })
    return node
  }

  /** Tags that mean nothing here: `when: !values.search` is one too. */
  warn(offset: number, message: string): void {
    const tag = /^Unresolved tag: (.*)$/.exec(message)?.[1]
    const line = this.#text.slice(offset).split('\n', 1)[0] ?? ''
    const value = quoted(line.replace(/\s+#.*$/, '').trim())
    const next = `If it is the value, put it in quotes: ${value}.`
    if (tag === undefined) this.#wrong(offset, message)
    else this.#wrong(offset, `\`${tag}\` is a YAML tag, and none is known`, next)
  }

  #written(source: unknown, empty: number): Node {
    this.#size += 1
    if (yaml().isMap(source)) return this.#map(source)
    if (yaml().isSeq(source)) return this.#list(source)
    if (yaml().isScalar(source)) return this.#scalar(source, empty)
    return { kind: 'scalar', value: null, at: this.#at(empty) }
  }

  #alias(name: string, offset: number): Node {
    const nothing: Node = { kind: 'scalar', value: null, at: this.#at(offset) }
    const known = this.#anchors.get(name)
    if (known === undefined) {
      const message = `a value that begins with \`*\` is an alias, and nothing is called \`${name}\``
      this.#wrong(offset, message, `If it is text, put it in quotes: "*${name}".`)
      return nothing
    }
    if (known === 'open') {
      this.#wrong(offset, `\`*${name}\` contains itself`)
      return nothing
    }
    this.#size += known.size
    if (this.#size <= MOST_NODES) return known.node
    if (!this.#tooLarge) this.#wrong(offset, 'with its aliases written out, the file is too large')
    this.#tooLarge = true
    return nothing
  }

  #list(source: YAMLSeq): Node {
    const start = source.range?.[0] ?? 0
    const items = source.items.map((item) => this.node(item, start))
    return { kind: 'list', items, at: this.#at(start) }
  }

  #map(source: YAMLMap): Node {
    const entries = new Map<string, MapEntry>()
    const merged: MapEntry[] = []
    for (const pair of source.items) {
      const keyOffset = offsetOf(pair.key) ?? offsetOf(pair.value) ?? source.range?.[0] ?? 0
      const key = this.#key(pair, keyOffset)
      const value = this.node(pair.value, keyOffset)
      const keyAt = this.#at(keyOffset)
      const twin = key === undefined ? undefined : entries.get(key)
      if (key === undefined) continue
      if (key === '<<' && yaml().isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push(...this.#merged(value, keyOffset))
      } else if (twin === undefined) entries.set(key, { key, keyAt, value })
      else {
        const next = `It is written in line ${twin.keyAt.line} already: remove one of them.`
        this.#wrong(keyOffset, `the key \`${key}\` is written twice`, next)
      }
    }
    // What is written beside `<<` wins, and of several maps in it the first.
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry)
    return { kind: 'map', entries: [...entries.values()], at: this.#at(source.range?.[0] ?? 0) }
  }

  #key(pair: Pair, offset: number): string | undefined {
    const { key } = pair
    if (yaml().isScalar(key)) return this.#keyText(key, offset)
    if (yaml().isAlias(key)) {
      const node = this.#alias(key.source, offset)
      if (node.kind === 'scalar') return String(node.value)
    }
    const next = /^\{ ?\{/.test(this.#text.slice(offset - 1, offset + 2))
      ? `An expression is written \${{ … }}, with a dollar sign.`
      : 'Quote a value that begins with `{` or `[`.'
    this.#wrong(offset, 'a map or a list cannot be a key', next)
    return undefined
  }

  #keyText(key: Scalar, offset: number): string | undefined {
    const text = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
    if (text === '' || text === '__proto__') {
      this.#wrong(offset, text === '' ? 'a key is missing before the `:`' : `no key can be ${text}`)
      return undefined
    }
    if (text.includes('${{')) {
      this.#wrong(offset, 'an expression cannot be a key', 'Only values may hold expressions.')
      return undefined
    }
    return text
  }

  #merged(value: Node, offset: number): readonly MapEntry[] {
    const maps = value.kind === 'list' ? value.items : [value]
    const found = maps.filter((map): map is MapNode => map.kind === 'map')
    if (found.length < maps.length) {
      this.#wrong(offset, '`<<` takes a map, or a list of maps', 'Write `<<: *name`.')
    }
    return found.flatMap((map) => map.entries)
  }

  #scalar(source: Scalar, empty: number): Node {
    const { range } = source
    const raw = range ? this.#text.slice(range[0], range[1]) : ''
    const offset = range && raw !== '' ? range[0] : empty
    const at = this.#at(offset)
    const value = this.#value(source, offset)
    const same = raw === '' || raw === String(value)
    return same ? { kind: 'scalar', value, at } : { kind: 'scalar', value, at, source: raw }
  }

  #value({ value, source }: Scalar, offset: number): ScalarNode['value'] {
    if (typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'bigint') {
      const small = Number(value)
      return Number.isSafeInteger(small) ? small : value
    }
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return value
      const shown = source ?? String(value)
      this.#wrong(offset, `\`${shown}\` is no number that can be passed on`, 'Quote it as text.')
    } else if (value !== null && value !== undefined) {
      this.#wrong(offset, 'this is neither text, number, true, false nor null', 'Remove its tag.')
    }
    return null
  }

  #wrong(offset: number, message: string, next?: string): void {
    this.problems.push({ at: this.#at(offset), message, next })
  }
}

function offsetOf(source: unknown): number | undefined {
  if (
    !yaml().isScalar(source) &&
    !yaml().isMap(source) &&
    !yaml().isSeq(source) &&
    !yaml().isAlias(source)
  )
    return undefined
  return source.range?.[0]
}

function quoted(value: string): string {
  return value.includes('"') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`
}
