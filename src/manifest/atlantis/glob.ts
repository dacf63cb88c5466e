import path from 'node:path'
import { anySign, type Matcher, matcherOf, type Pattern, signs } from './matching.ts'

const insideName: Pattern = { is: 'sign', fits: (sign) => sign !== '/' }
const inName: Pattern = { is: 'many', part: insideName, once: false }
const anything: Pattern = { is: 'many', part: anySign, once: false }

const nothing: Matcher = { matches: () => false }

/** Whether a text is a glob, and no plain path. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text)
}

/** A glob over whole paths: `*`, `**`, `?`, `[a-z]`, `{a,b}`. What is no glob fits nothing. */
export function globMatcher(glob: string): Matcher {
  const pattern = read(glob)
  return (pattern && matcherOf(pattern, true)) ?? nothing
}

/**
 * Patterns as a `.dockerignore` has them, in order: the last one that fits decides, `!` takes out. One
 * that fits a directory fits all below it.
 */
export function orderedMatcher(patterns: readonly string[]): Matcher {
  const rules = patterns.map((pattern) => {
    const isNot = pattern.startsWith('!')
    const plain = path.posix.normalize(isNot ? pattern.slice(1) : pattern).replace(/\/$/, '')
    return { isNot, depth: plain.split('/').length, matcher: globMatcher(plain) }
  })
  return {
    matches(file) {
      const parts = file.split('/')
      let found = false
      for (const { isNot, depth, matcher } of rules) {
        if (isNot !== found) continue
        const above = parts.slice(0, depth).join('/')
        const fits = matcher.matches(file) || (depth < parts.length && matcher.matches(above))
        if (fits) found = !isNot
      }
      return found
    },
  }
}

function read(glob: string): Pattern | undefined {
  const parts: Pattern[] = []
  for (let at = 0; at < glob.length; ) {
    const piece = pieceAt(glob, at)
    if (piece === undefined) return undefined
    parts.push(piece.pattern)
    at += piece.length
  }
  return { is: 'all', parts }
}

interface Piece {
  readonly pattern: Pattern
  readonly length: number
}

function pieceAt(glob: string, at: number): Piece | undefined {
  const rest = glob.slice(at)
  const stars = /^\*\*+(\/?)/.exec(rest)
  if (stars !== null) return manyNames(stars[0].length, stars[1] === '/', rest)
  if (rest.startsWith('*')) return { pattern: inName, length: 1 }
  if (rest.startsWith('?')) return { pattern: insideName, length: 1 }
  if (rest.startsWith('[')) return classIn(rest)
  if (rest.startsWith('{')) return alternatives(rest)
  const [sign = ''] = rest.startsWith('\\') ? rest.slice(1) : rest
  const length = rest.startsWith('\\') ? 1 + sign.length : sign.length
  return sign === '' ? undefined : { pattern: { is: 'all', parts: signs(sign) }, length }
}

/** Any directories; at the end everything. */
function manyNames(length: number, hasSlash: boolean, rest: string): Piece {
  if (!hasSlash && rest.length === length) return { pattern: anything, length }
  const names: Pattern = { is: 'all', parts: [anything, ...signs('/')] }
  return { pattern: { is: 'maybe', part: names }, length }
}

function classIn(rest: string): Piece | undefined {
  const [whole, not, inner = ''] = /^\[([!^]?)((?:\\.|[^\]\\])+)\]/s.exec(rest) ?? []
  if (whole === undefined) return undefined
  const ranges = [...inner.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gs)].map(([, from = '', to]) => {
    const first = from.slice(-1)
    return { first, last: to === undefined ? first : to.slice(-1) }
  })
  const isIn = (sign: string) => ranges.some(({ first, last }) => sign >= first && sign <= last)
  const fits = (sign: string) => sign !== '/' && isIn(sign) === (not === '')
  return { pattern: { is: 'sign', fits }, length: whole.length }
}

/** `{a,b}`, without others inside. */
function alternatives(rest: string): Piece | undefined {
  const [whole, inner = ''] = /^\{([^{}]*)\}/.exec(rest) ?? []
  if (whole === undefined) return undefined
  const branches = inner.split(',').map(read)
  const parts = branches.filter((branch) => branch !== undefined)
  if (parts.length < branches.length) return undefined
  return { pattern: { is: 'either', parts }, length: whole.length }
}
