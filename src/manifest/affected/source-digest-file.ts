import { createHash } from 'node:crypto'
import path from 'node:path'
import { readClosure, readSource } from '../../engines/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Manifest } from '../manifest.ts'

/**
 * sha256 over everything that a component is made of and that is the same in every environment: the
 * files of its directory and of local modules, files that its commands name, value files, watched ones.
 * @throws AppError `not_found` for a component that the manifest has not.
 */
export async function sourceDigest(manifest: Manifest, component: string): Promise<string> {
  const found = manifest.components.get(component)
  if (found === undefined) throw notFound(`the manifest has no component ${component}`)
  const main = String(found.main.value)
  const hash = createHash('sha256').update(JSON.stringify([found.kind, main]))
  if (found.kind === 'terraform' && !main.startsWith('git::')) {
    const closure = await readClosure(path.resolve(manifest.root, main), 'terraform')
    const { entries } = await readSource(closure.directories, [])
    const own = [...entries].filter(([name]) => !name.endsWith('.terraform.lock.hcl'))
    hash.update(JSON.stringify(own))
  }
  return hash.digest('hex')
}
