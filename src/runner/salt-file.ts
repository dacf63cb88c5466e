import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Places } from './places.ts'
import { readIfThere } from './state/state-file.ts'

/**
 * What goes into the hashes of this workspace's plans, made once. Whoever calls has the workspace's
 * directory to himself.
 */
export async function saltOf({ salt: file }: Places): Promise<string> {
  const kept = (await readIfThere(file))?.toString('utf8') ?? ''
  if (/^[\w-]{43}$/.test(kept)) return kept
  const salt = randomBytes(32).toString('base64url')
  await writeFile(file, salt, { mode: 0o600 })
  return salt
}
