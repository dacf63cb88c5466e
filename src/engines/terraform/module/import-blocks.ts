import { createHash } from 'node:crypto'
import { invalid } from '../../../platform/errors.ts'
import { readAddress } from '../plan/decode/address.ts'
import { Unreadable } from '../plan/unreadable.ts'
import { compareVersions } from '../version.ts'
import type { ToolName } from './config-file-names.ts'

/** Something that exists already, and the resource as which it is taken over. */
export interface Import {
  readonly address: string
  /** As the provider calls it. */
  readonly id: string
}

/** In characters; ids of providers are far shorter. */
const LONGEST = 1000

/**
 * Both are written into configuration, where `${` would begin an expression.
 * @throws AppError `invalid` for what is no address of a managed resource, or no id
 */
export function demandImportable({ address, id }: Import): void {
  for (const [what, text] of [
    ['the address', address],
    ['the id', id],
  ] as const) {
    if (text === '' || text.length > LONGEST || /[\p{Cc}\p{Cs}]|[$%]\{/u.test(text)) {
      throw invalid(`${what} of an import cannot be written into configuration`, {
        next: 'It has to be one line without control characters and without ${ or %{.',
      })
    }
  }
  if (isManaged(address)) return
  throw invalid(`${address} is no address of a resource`, {
    next: 'An address looks like aws_instance.web, or module.net.aws_subnet.a["east"].',
  })
}

function isManaged(address: string): boolean {
  try {
    return readAddress(address).mode === 'managed'
  } catch (error) {
    if (error instanceof Unreadable) return false
    throw error
  }
}

/** @throws AppError `invalid` when the tool is too old to import what a configuration says */
export function demandImportBlocks(tool: {
  readonly name: ToolName
  readonly version: string
}): void {
  if (tool.name === 'tofu' || compareVersions(tool.version, '1.5.0') >= 0) return
  throw invalid(`Terraform ${tool.version} cannot import within a plan`, {
    next: 'Terraform 1.5 or later can, and OpenTofu: name another version for the component.',
  })
}

/** A configuration that does nothing but import. */
export function importContent(imports: readonly Import[], marker: string): string {
  const blocks = imports.map(({ address, id }) => ({ to: address, id }))
  return `${JSON.stringify({ '//': marker, import: blocks })}\n`
}

/** Differs for different imports. */
export function importDigest(imports: readonly Import[]): string {
  return createHash('sha256').update(importContent(imports, '')).digest('hex')
}
