import { z } from 'zod'
import { configFiles, isJsonConfig, type ToolName } from '../../module/config-file-names.ts'
import { HclFault, scanHcl, stringLiterals } from '../../module/hcl-scan.ts'
import { readJsonConfig } from '../../module/json-config.ts'
import { Unreadable } from '../unreadable.ts'
import type { Zip } from '../zip.ts'

/** A variable that the configuration declares sensitive. */
export interface SecretVariable {
  readonly name: string
  /** Texts and long numbers of its default. */
  readonly defaults: readonly string[]
}

/** The secret variables of each module in the plan's copy of the configuration; the root's is first. */
export interface SecretVariables {
  readonly root: readonly SecretVariable[]
  readonly others: readonly SecretVariable[]
}

const Manifest = z.array(z.object({ Key: z.string() }))

const manifestName = 'tfconfig/modules.json'

/**
 * Format: Terraform `internal/plans/planfile/config_snapshot.go`.
 * @throws Unreadable when a file is not understood, or a declaration is not written out.
 */
export function secretVariables(zip: Zip, tool: ToolName): SecretVariables {
  const manifest = Manifest.safeParse(JSON.parse(zip.read(manifestName).toString('utf8')))
  if (!manifest.success) throw new Unreadable('the list of modules is of an unknown form')
  const of = (key: string) => secretVariablesIn(filesOf(zip, `tfconfig/m-${key}/`), tool)
  const others = manifest.data.filter((module) => module.Key !== '')
  return { root: of(''), others: others.flatMap((module) => of(module.Key)) }
}

function filesOf(zip: Zip, directory: string): ReadonlyMap<string, string> {
  const names = zip.names.filter(
    (name) => name.startsWith(directory) && !name.slice(directory.length).includes('/'),
  )
  return new Map(
    names.map((name) => [name.slice(directory.length), zip.read(name).toString('utf8')]),
  )
}

function secretVariablesIn(
  files: ReadonlyMap<string, string>,
  tool: ToolName,
): readonly SecretVariable[] {
  const declared = new Map<string, Map<string, string>>()
  for (const file of configFiles([...files.keys()], tool)) {
    for (const block of bodyOf(file, files.get(file) ?? '').blocks) {
      if (block.type !== 'variable') continue
      const name = block.labels[0] ?? ''
      declared.set(name, new Map([...(declared.get(name) ?? []), ...block.body.attributes]))
    }
  }
  return [...declared]
    .filter(([, attributes]) => isSensitive(attributes))
    .map(([name, attributes]) => ({ name, defaults: literalsIn(attributes.get('default') ?? '') }))
}

function bodyOf(name: string, text: string) {
  try {
    return isJsonConfig(name) ? readJsonConfig(text) : scanHcl(text)
  } catch (error) {
    if (error instanceof HclFault) throw new Unreadable('a file is no HCL', { cause: error })
    throw error
  }
}

function isSensitive(attributes: ReadonlyMap<string, string>): boolean {
  const expression = attributes.get('sensitive') ?? 'false'
  if (expression === 'true' || expression === 'false') return expression === 'true'
  throw new Unreadable('whether a variable is sensitive is not written out')
}

const quoted = /"(?:[^"\\]|\\.)*"/gs

/** Values only: a quoted key is no secret. */
function literalsIn(expression: string): readonly string[] {
  const values = expression.replace(/"(?:[^"\\]|\\.)*"\s*[=:]/gs, '')
  const others = values.replace(quoted, '')
  if (!/^[\s\w.,:={}[\]-]*$/.test(others)) {
    throw new Unreadable('the default of a secret variable is not written out')
  }
  return [...stringLiterals(values), ...(others.match(/\d[\d.]{5,}/g) ?? [])]
}
