import { invalid } from '../../platform/errors.ts'
import { anySign, type Matcher, matcherOf, type Pattern } from './matching.ts'

/**
 * A regular expression over a branch's name, as Atlantis takes it (RE2), matched in linear time.
 * @throws AppError `invalid` for what is no expression, or uses more than can be matched so
 */
export function branchPattern(source: string): Matcher {
  const matcher = matcherOf(new Reading(source).pattern(), false)
  if (matcher === undefined) throw invalid('the pattern is too large')
  return matcher
}

const MOST_REPEATS = 100

const classes: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  w: /\w/,
  s: /\s/,
  D: /\D/,
  W: /\W/,
  S: /\S/,
}

class Reading {
  readonly #signs: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#signs = [...source]
  }

  pattern(): Pattern {
    const pattern = this.#either()
    if (this.#at < this.#signs.length) throw invalid('a `)` closes nothing')
    return pattern
  }

  #either(): Pattern {
    const parts = [this.#all()]
    while (this.#take('|')) parts.push(this.#all())
    return { is: 'either', parts }
  }

  #all(): Pattern {
    const parts: Pattern[] = []
    for (let sign = this.#sign(); sign !== undefined && !'|)'.includes(sign); sign = this.#sign()) {
      parts.push(this.#repeated(this.#one()))
    }
    return { is: 'all', parts }
  }

  #repeated(part: Pattern): Pattern {
    let repeated = part
    if (this.#take('*')) repeated = { is: 'many', part, once: false }
    else if (this.#take('+')) repeated = { is: 'many', part, once: true }
    else if (this.#take('?')) repeated = { is: 'maybe', part }
    else if (this.#sign() === '{') repeated = this.#counted(part)
    else return part
    this.#take('?') // Whether it takes few or many decides nothing here.
    if ('*+?{'.includes(this.#sign() ?? ' ')) throw invalid('a repetition is repeated')
    return repeated
  }

  #counted(part: Pattern): Pattern {
    const rest = this.#signs.slice(this.#at).join('')
    const [whole, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? []
    if (whole === undefined) throw invalid('`{` begins no number of times: write `\\{`')
    const from = Number(least)
    const to = most === '' ? from : Number(most)
    if (Math.max(from, to) > MOST_REPEATS || to < from) throw invalid(`${whole} is too often`)
    this.#at += whole.length
    const parts = Array.from(
      { length: to },
      (_, at): Pattern => (at < from ? part : { is: 'maybe', part }),
    )
    if (comma === ',' && most === '') parts.push({ is: 'many', part, once: false })
    return { is: 'all', parts }
  }

  #one(): Pattern {
    const sign = this.#next()
    if (sign === '^') return { is: 'start' }
    if (sign === '$') return { is: 'end' }
    if (sign === '.') return anySign
    if (sign === '(') return this.#group()
    if (sign === '[') return this.#class()
    if ('*+?'.includes(sign)) throw invalid(`\`${sign}\` repeats nothing`)
    const fits = sign === '\\' ? this.#escaped() : (other: string) => other === sign
    return { is: 'sign', fits }
  }

  #group(): Pattern {
    if (this.#take('?') && !this.#take(':')) {
      throw invalid('a group that begins with `(?` cannot be matched here')
    }
    const inner = this.#either()
    if (!this.#take(')')) throw invalid('a `(` is not closed')
    return inner
  }

  #class(): Pattern {
    const isNot = this.#take('^')
    const tests: ((sign: string) => boolean)[] = []
    while (tests.length === 0 || this.#sign() !== ']') {
      const from = this.#next()
      if (from === '[' && this.#sign() === ':') throw invalid('`[:` cannot be matched here')
      const ranged = this.#sign() === '-' && this.#signs[this.#at + 1] !== ']'
      if (from === '\\') tests.push(this.#escaped())
      else if (ranged) {
        this.#at += 1
        const to = this.#next()
        tests.push((sign) => sign >= from && sign <= to)
      } else tests.push((sign) => sign === from)
    }
    this.#at += 1
    return { is: 'sign', fits: (sign) => tests.some((fits) => fits(sign)) !== isNot }
  }

  #escaped(): (sign: string) => boolean {
    const sign = this.#next()
    const known = classes[sign]
    if (known !== undefined) return (other) => known.test(other)
    if (/[A-Za-z0-9]/.test(sign)) throw invalid(`\`\\${sign}\` cannot be matched here`)
    return (other) => other === sign
  }

  #sign(): string | undefined {
    return this.#signs[this.#at]
  }

  #next(): string {
    const sign = this.#sign()
    if (sign === undefined) throw invalid('it ends in the middle')
    this.#at += 1
    return sign
  }

  #take(sign: string): boolean {
    if (this.#sign() !== sign) return false
    this.#at += 1
    return true
  }
}
