import { z } from 'zod'
import { staysInside } from './path.ts'

/** What is wrong with a value, to be read behind its key's name: "must be a duration"; and what to write. */
export interface Saying {
  readonly message: string
  readonly next: string | undefined
}

const SEPARATOR = '\n'

/** A saying as zod carries it. */
export function says(message: string, next?: string): string {
  return next === undefined ? message : `${message}${SEPARATOR}${next}`
}

/** The saying that zod carried. */
export function readSaying(text: string): Saying {
  const [message = '', ...next] = text.split(SEPARATOR)
  return { message, next: next.length === 0 ? undefined : next.join(SEPARATOR) }
}

const UNKNOWN = 'unknown'

/** A map with exactly these keys. Unknown ones are told with the ones that are known. */
export function closedMap<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  const known = says(UNKNOWN, Object.keys(shape).join(','))
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : expected),
  })
}

/** The keys that a closed map knows, from what it said of an unknown one. */
export function knownKeys(saying: string): readonly string[] {
  return readSaying(saying).next?.split(',') ?? []
}

export function text(expected = says('must be text')) {
  return z.string({ error: expected }).regex(/\S/, { error: says('is empty') })
}

export function flag() {
  return z.boolean({ error: says('must be true or false') })
}

export function whole(least: number, most: number) {
  const error = says(`must be a whole number from ${least} to ${most}`)
  return z.int({ error }).min(least, { error }).max(most, { error })
}

export function list<Item extends z.ZodType>(item: Item, example: string) {
  const error = says('must be a list', `Write ${example}`)
  return z.array(item, { error })
}

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  const quoted = words.map((word) => `\`${word}\``)
  const last = quoted.pop()
  const said = quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
  return z.enum(words, { error: says(`must be ${said}`) })
}

/** Names with any values below them. */
export function open(example: string) {
  const error = says('must be a map of names to values', `Write ${example}`)
  return z.record(z.string(), z.unknown(), { error })
}

const pathError = says(
  'must be a path from the root of the repository, inside it',
  'Write it without a leading `/` or `..`: infra/network',
)

/** A file or a glob, relative to the root, that is read before anything is evaluated. */
export function fixedPath() {
  return text()
    .refine((value) => !value.includes(EXPRESSION), { error: says('cannot hold an expression') })
    .refine(staysInside, { error: pathError })
}

/** A file or a glob, relative to the root; expressions in it are decided later. */
export function path() {
  return text().refine((value) => value.includes(EXPRESSION) || staysInside(value), {
    error: pathError,
  })
}

/** Begins an expression. */
export const EXPRESSION = '$' + '{{'
