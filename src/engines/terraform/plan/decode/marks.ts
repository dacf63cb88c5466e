import { type CtyValue, fromEntries, orNothing } from './cty-value.ts'
import type { Block, Nesting } from './schema.ts'

/** Which parts of a value are sensitive: all of it, some of its members, or (undefined) none. */
export type Marks = true | ReadonlyMap<string | number, Marks> | undefined

/** Steps into a value: names and keys as text, positions as numbers. */
export type Path = readonly (string | number)[]

export function marksAt(paths: readonly Path[]): Marks {
  return paths.reduce<Marks>((marks, path) => joined(marks, marksAlong(path)), undefined)
}

function marksAlong(path: Path): Marks {
  return path.reduceRight<Marks>((marks, step) => new Map([[step, marks]]), true)
}

export function joined(one: Marks, other: Marks): Marks {
  if (one === undefined || other === undefined) return one ?? other
  if (one === true || other === true) return true
  const both = new Map(one)
  for (const [key, marks] of other) both.set(key, joined(both.get(key), marks))
  return both
}

/**
 * What the provider declares sensitive in a value. An attribute is marked even where it is null.
 * Source: Terraform `internal/configs/configschema/marks.go`.
 */
export function schemaMarks(block: Block, value: CtyValue): Marks {
  if (!block.secret || value.kind !== 'mapping') return undefined
  const marks = new Map<string, Marks>()
  for (const [name, { sensitive, nested }] of block.attributes) {
    const member = value.members.get(name)
    if (sensitive) marks.set(name, true)
    else if (nested !== undefined && member !== undefined) {
      marks.set(name, nestedMarks(nested, member))
    }
  }
  for (const [name, nested] of block.blocks) {
    const member = value.members.get(name)
    if (member !== undefined) marks.set(name, nestedMarks(nested, member))
  }
  return marks
}

function nestedMarks(nested: { nesting: Nesting; block: Block }, value: CtyValue): Marks {
  const { nesting, block } = nested
  if (nesting === 'single' || nesting === 'group') return schemaMarks(block, value)
  const elements = elementsOf(value)
  return new Map([...elements].map(([key, element]) => [key, schemaMarks(block, element)]))
}

function elementsOf(value: CtyValue): Iterable<[string | number, CtyValue]> {
  if (value.kind === 'sequence') return value.items.entries()
  return value.kind === 'mapping' ? value.members.entries() : []
}

/**
 * `true` where the value is sensitive, in its shape; members without anything sensitive are left
 * out.
 * @param sets how much of a set is sensitive that has a sensitive element: the whole (Terraform), or
 * that element (OpenTofu).
 * Source: Terraform `internal/command/jsonstate/state.go`, SensitiveAsBool.
 */
export function sensitiveParts(value: CtyValue, marks: Marks, sets: 'whole' | 'elements'): unknown {
  if (marks === true) return true
  switch (value.kind) {
    case 'unknown':
      return { leaf: false, sequence: [], mapping: {} }[value.of]
    case 'sequence':
      if (value.set && sets === 'whole' && reaches(value, marks)) return true
      return value.items.map((item, index) => sensitiveParts(item, marks?.get(index), sets))
    case 'mapping':
      return fromEntries(value.members, (member, key) =>
        orNothing(sensitiveParts(member, marks?.get(key), sets)),
      )
    default:
      return false
  }
}

/** True when a mark meets something that is there. */
function reaches(value: CtyValue, marks: Marks): boolean {
  if (marks === undefined) return false
  if (marks === true) return true
  return [...elementsOf(value)].some(([key, element]) => reaches(element, marks.get(key)))
}
