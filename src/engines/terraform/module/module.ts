import { configFiles, isJsonConfig, type ToolName } from './config-file-names.ts'
import {
  type HclBlock,
  type HclBody,
  HclFault,
  scanHcl,
  stringLiterals,
  unquote,
} from './hcl-scan.ts'
import { readJsonConfig } from './json-config.ts'

export interface ConfigFile {
  readonly name: string
  readonly text: string
}

/** Where a module itself wants its state to be. */
export type OwnBackend =
  | { readonly kind: 'none' }
  | { readonly kind: 'cloud' }
  /** `path` of a local backend, when it is written out. */
  | { readonly kind: 'backend'; readonly type: string; readonly path: string | undefined }

export interface DeclaredVariable {
  readonly name: string
  /** How Terraform reads a `-var`: primitive types and undeclared ones as text, others as HCL. */
  readonly reads: 'text' | 'expression'
  readonly sensitive: boolean
  readonly ephemeral: boolean
  readonly hasDefault: boolean
  /** Text in its default. */
  readonly defaults: readonly string[]
}

export interface ModuleCall {
  readonly name: string
  /** Undefined when it is no plain string. */
  readonly source: string | undefined
  readonly version: string | undefined
}

/** What the configuration of one directory declares, as far as Portolan has to know. */
export interface Module {
  readonly variables: ReadonlyMap<string, DeclaredVariable>
  readonly backend: OwnBackend
  readonly calls: readonly ModuleCall[]
  /** Everything that decides which providers `init` installs, as text to compare. */
  readonly providerNeeds: readonly string[]
  /** Its `required_version`, of each file that has one. */
  readonly requiredVersions: readonly string[]
  /** Instances of managed resources that the text itself shows: literal counts, else one each. */
  readonly resourceEstimate: number
  /** Files that could not be read as HCL; the tool will say why. */
  readonly unreadable: readonly string[]
}

/** Reads a module from its directory's files, overrides merged over the rest as the tool does. */
export function readModule(files: readonly ConfigFile[], tool: ToolName): Module {
  const byName = new Map(files.map((file) => [file.name, file.text]))
  const unreadable: string[] = []
  const reading = new ModuleReading()
  for (const name of configFiles([...byName.keys()], tool)) {
    const body = readBody(name, byName.get(name) ?? '')
    if (body === undefined) unreadable.push(name)
    else reading.add(body)
  }
  return { ...reading.result(), unreadable }
}

function readBody(name: string, text: string): HclBody | undefined {
  try {
    return isJsonConfig(name) ? readJsonConfig(text) : scanHcl(text)
  } catch (error) {
    if (error instanceof HclFault) return undefined
    throw error
  }
}

class ModuleReading {
  readonly #variables = new Map<string, ReadonlyMap<string, string>>()
  readonly #calls = new Map<string, ModuleCall>()
  readonly #needs = new Set<string>()
  readonly #versions = new Set<string>()
  readonly #counts = new Map<string, number>()
  #backend: OwnBackend = { kind: 'none' }

  add(body: HclBody): void {
    for (const block of body.blocks) {
      const [first = '', second = ''] = block.labels
      if (block.type === 'terraform') this.#terraform(block)
      else if (block.type === 'variable') {
        this.#variables.set(first, merged(this.#variables.get(first), block.body.attributes))
      } else if (block.type === 'module') this.#call(first, block)
      else if (block.type === 'provider') this.#needs.add(`provider ${first}`)
      else if (block.type === 'resource' || block.type === 'data' || block.type === 'ephemeral') {
        const provider = block.body.attributes.get('provider') ?? ''
        this.#needs.add(`uses ${first.split('_', 1).join()} ${provider}`)
        if (block.type === 'resource') {
          const address = `${first}.${second}`
          this.#counts.set(address, countOf(block) ?? (this.#counts.get(address) || 1))
        }
      }
    }
  }

  #terraform(block: HclBlock): void {
    for (const [name, value] of block.body.attributes) this.#needs.add(`terraform ${name} ${value}`)
    const version = unquote(block.body.attributes.get('required_version') ?? '')
    if (version !== undefined) this.#versions.add(version)
    for (const inner of block.body.blocks) {
      if (inner.type === 'cloud') this.#backend = { kind: 'cloud' }
      else if (inner.type === 'backend') {
        const path = inner.body.attributes.get('path')
        const type = inner.labels[0] ?? ''
        this.#backend = { kind: 'backend', type, path: path && unquote(path) }
      } else if (inner.type === 'required_providers') {
        for (const [name, value] of inner.body.attributes) this.#needs.add(`${name} = ${value}`)
      }
    }
  }

  #call(name: string, block: HclBlock): void {
    const before = this.#calls.get(name)
    const text = (attribute: string) => {
      const expression = block.body.attributes.get(attribute)
      return expression === undefined ? undefined : unquote(expression)
    }
    this.#calls.set(name, {
      name,
      source: text('source') ?? before?.source,
      version: text('version') ?? before?.version,
    })
  }

  result(): Omit<Module, 'unreadable'> {
    return {
      variables: new Map(
        [...this.#variables].map(([name, attributes]) => [name, toVariable(name, attributes)]),
      ),
      backend: this.#backend,
      calls: [...this.#calls.values()],
      providerNeeds: [...this.#needs].sort(),
      requiredVersions: [...this.#versions],
      resourceEstimate: [...this.#counts.values()].reduce((sum, count) => sum + count, 0),
    }
  }
}

function merged(
  before: ReadonlyMap<string, string> | undefined,
  after: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...(before ?? []), ...after])
}

function toVariable(name: string, attributes: ReadonlyMap<string, string>): DeclaredVariable {
  return {
    name,
    reads: readsAs(attributes.get('type')),
    sensitive: attributes.get('sensitive') === 'true',
    ephemeral: attributes.get('ephemeral') === 'true',
    hasDefault: attributes.has('default'),
    defaults: stringLiterals(attributes.get('default') ?? ''),
  }
}

// Terraform `internal/configs/named_values.go`, decodeVariableType: text for no type and for the
// primitive ones, also in the quotes of Terraform 0.11.
function readsAs(type: string | undefined): DeclaredVariable['reads'] {
  const name = type === undefined ? 'string' : (unquote(type) ?? type)
  return /^(string|number|bool)$/.test(name) ? 'text' : 'expression'
}

function countOf(block: HclBlock): number | undefined {
  const count = block.body.attributes.get('count')
  return count !== undefined && /^"?\d{1,7}"?$/.test(count)
    ? Number(count.replaceAll('"', ''))
    : undefined
}
