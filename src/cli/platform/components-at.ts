import path from 'node:path'
import type { Component, Manifest } from '../../manifest/index.ts'

/**
 * The components that a directory (relative to the root) stands for: those whose root modules are at or
 * below it, else that whose root module it is inside of. At the root all of them, also those that have
 * no directory.
 */
export function componentsAt(manifest: Manifest, directory: string): string[] {
  if (directory === '') return [...manifest.components.keys()]
  const modules = [...manifest.components.values()].flatMap((component) => {
    const own = directoryPattern(component)
    return own === undefined ? [] : [{ name: component.name, segments: own }]
  })
  const here = directory.split('/')
  const below = modules.filter(({ segments }) => startsWith(segments, here))
  if (below.length > 0) return below.map(({ name }) => name)
  const around = modules.filter(({ segments }) => startsWith(here, segments))
  const deepest = Math.max(0, ...around.map(({ segments }) => segments.length))
  return around.filter(({ segments }) => segments.length === deepest).map(({ name }) => name)
}

/** The segments of a root module's path; an expression in one stands for any text. */
function directoryPattern({ kind, main }: Component): string[] | undefined {
  if (kind !== 'terraform' || typeof main.value !== 'string') return undefined
  if (/^[a-z0-9]+::|:\/\//.test(main.value)) return undefined
  const plain = main.value.replace(/\$\{\{.*?\}\}/gs, '\0')
  return path.posix
    .join(plain)
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
}

function startsWith(segments: readonly string[], start: readonly string[]): boolean {
  return (
    segments.length >= start.length &&
    start.every((segment, at) => matches(segments[at] ?? '', segment))
  )
}

function matches(a: string, b: string): boolean {
  if (a === b) return true
  const pattern = a.includes('\0') ? a : b
  if (!pattern.includes('\0')) return false
  const text = pattern === a ? b : a
  const parts = pattern.split('\0')
  return text.startsWith(parts[0] ?? '') && text.endsWith(parts.at(-1) ?? '')
}
