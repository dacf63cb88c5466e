import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { didYouMean } from '../../platform/nearest.ts'
import type { Component, Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'

/** Directories and files that a manifest names and that are not there. What expressions name is not known yet. */
export async function checkPlaces(manifest: Manifest): Promise<readonly Problem[]> {
  const components = [...manifest.components.values()]
  const found = await Promise.all(components.map((one) => checkComponent(manifest.root, one)))
  return found.flat()
}

async function checkComponent(root: string, component: Component): Promise<Problem[]> {
  const { kind, main, valueFiles, terraform } = component
  const files = [...valueFiles, ...(terraform?.varFiles ?? [])]
  const found = await Promise.all([
    kind === 'terraform' ? checkModule(root, main) : [],
    ...files.map((file) => checkFile(root, file)),
  ])
  return found.flat()
}

async function checkModule(root: string, { value, at }: ScalarNode): Promise<Problem[]> {
  if (typeof value !== 'string' || value.startsWith('git::') || hasExpression(value)) return []
  const directory = path.join(root, value)
  const names = await readdir(directory).catch(() => undefined)
  if (names === undefined) {
    return [{ at, message: `there is no directory \`${value}\``, next: await nearby(root, value) }]
  }
  if (names.some((name) => /\.(tf|tofu)(\.json)?$/.test(name))) return []
  return [{ at, message: `\`${value}\` holds no configuration of Terraform`, next: undefined }]
}

async function checkFile(root: string, { value, at }: ScalarNode): Promise<Problem[]> {
  if (typeof value !== 'string' || hasExpression(value) || value.endsWith('?')) return []
  const found = await stat(path.join(root, value)).catch(() => undefined)
  if (found?.isFile() === true) return []
  const next =
    (await nearby(root, value)) ??
    'If it may be absent, write a `?` behind it. Paths begin at the root.'
  return [{ at, message: `there is no file \`${value}\``, next }]
}

/** A neighbour of the same directory whose name is near. */
async function nearby(root: string, value: string): Promise<string | undefined> {
  const parent = path.posix.dirname(path.posix.normalize(value))
  const names = await readdir(path.join(root, parent)).catch(() => [])
  const paths = names.map((name) => path.posix.join(parent, name))
  return didYouMean(path.posix.normalize(value), paths)
}

function hasExpression(text: string): boolean {
  return text.includes('${')
}
