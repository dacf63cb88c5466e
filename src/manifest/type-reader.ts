import { didYouMean } from '../platform/nearest.ts'

/** A type of Terraform's, as it is written for an output. */
export type OutputType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: OutputType }
  | { readonly kind: 'tuple'; readonly items: readonly OutputType[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, OutputField> }

export interface OutputField {
  readonly type: OutputType
  readonly optional: boolean
}

const primitives = ['string', 'number', 'bool', 'any'] as const
const collections = ['list', 'set', 'map'] as const
const names = [...primitives, ...collections, 'tuple', 'object']

// Nobody writes so many; what is read recursively must not be nested without end.
const deepest = 30

class TypeFault extends Error {}

/** Reads a type as Terraform writes it. */
export class TypeReader {
  readonly #signs: readonly string[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#signs =
      text.match(/[A-Za-z_][\w-]*|"[^"]*"|\S|\n/g)?.filter((sign) => sign !== '\n') ?? []
  }

  /** The type, or in one sentence why it is none. */
  read(): OutputType | string {
    try {
      const type = this.#type()
      const rest = this.#peek()
      return rest === undefined ? type : `\`${rest}\` is not expected behind a type`
    } catch (error) {
      if (error instanceof TypeFault) return error.message
      throw error
    }
  }

  #type(): OutputType {
    this.#depth += 1
    if (this.#depth > deepest) throw new TypeFault('types are nested too deep')
    const name = this.#next('a type')
    const type = this.#named(name)
    this.#depth -= 1
    return type
  }

  #named(name: string): OutputType {
    const primitive = primitives.find((one) => one === name)
    if (primitive !== undefined) return { kind: primitive }
    const collection = collections.find((one) => one === name)
    if (collection !== undefined) {
      this.#expect('(', `${name} of what? ${name}(string)`)
      const of = this.#type()
      this.#expect(')')
      return { kind: collection, of }
    }
    if (name === 'tuple') return this.#tuple()
    if (name === 'object') return this.#object()
    const meant = didYouMean(name, names)
    throw new TypeFault(`there is no type \`${name}\`${meant === undefined ? '' : `. ${meant}`}`)
  }

  #tuple(): OutputType {
    this.#expect('(', 'tuple of what? tuple([string, number])')
    this.#expect('[', 'a tuple is written tuple([string, number])')
    const items: OutputType[] = []
    while (this.#peek() !== ']') {
      items.push(this.#type())
      if (this.#peek() !== ']') this.#expect(',')
    }
    this.#expect(']')
    this.#expect(')')
    return { kind: 'tuple', items }
  }

  #object(): OutputType {
    this.#expect('(', 'object of what? object({ host = string })')
    this.#expect('{', 'an object is written object({ host = string })')
    const fields = new Map<string, OutputField>()
    while (this.#peek() !== '}') {
      const name = this.#next('a name').replace(/^"(.*)"$/, '$1')
      if (!/^[A-Za-z_][\w-]*$/.test(name))
        throw new TypeFault(`\`${name}\` is no name of an attribute`)
      if (fields.has(name)) throw new TypeFault(`the attribute \`${name}\` is there twice`)
      if (this.#peek() === ':') this.#at += 1
      else this.#expect('=')
      fields.set(name, this.#field())
      // Lines end attributes as commas do.
      if (this.#peek() === ',') this.#at += 1
    }
    this.#expect('}')
    this.#expect(')')
    return { kind: 'object', fields }
  }

  #field(): OutputField {
    if (this.#peek() !== 'optional') return { type: this.#type(), optional: false }
    this.#at += 1
    this.#expect('(')
    const type = this.#type()
    if (this.#peek() === ',')
      throw new TypeFault('an output has no default: write optional(string)')
    this.#expect(')')
    return { type, optional: true }
  }

  #peek(): string | undefined {
    return this.#signs[this.#at]
  }

  #next(wanted: string): string {
    const sign = this.#peek()
    if (sign === undefined) throw new TypeFault(`${wanted} is missing at the end`)
    this.#at += 1
    return sign
  }

  #expect(sign: string, otherwise?: string): void {
    const found = this.#peek()
    this.#at += 1
    if (found === sign) return
    const got = found === undefined ? 'it ends' : `there is \`${found}\``
    throw new TypeFault(otherwise ?? `\`${sign}\` is expected where ${got}`)
  }
}
