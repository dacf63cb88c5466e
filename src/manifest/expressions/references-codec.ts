import type { Component, Manifest } from '../manifest.ts'
import { outputReferences, rememberReferences, type WrittenReference } from './references.ts'

/** What components read, as JSON: to know it again without reading any expression. */
export interface PackedReferences {
  readonly files: readonly string[]
  /** In the order of the components. */
  readonly components: readonly (readonly PackedReference[])[]
}

type PackedReference = readonly [
  component: string,
  environment: string | null,
  output: string,
  onlyIn: string | null,
  file: number,
  line: number,
  column: number,
  ...path: (string | number)[],
]

export function packReferences(manifest: Manifest): PackedReferences {
  const { files } = manifest
  const components = [...manifest.components.values()].map((component) =>
    outputReferences(manifest, component).map((one) => pack(one, files)),
  )
  return { files, components }
}

function pack(reference: WrittenReference, files: readonly string[]): PackedReference {
  const { component, environment, output, onlyIn, at, path } = reference
  const place = [files.indexOf(at.file), at.line, at.column] as const
  return [component, environment ?? null, output, onlyIn ?? null, ...place, ...path]
}

/** Makes what was packed known for the components of a manifest. */
export function recallReferences(manifest: Manifest, packed: PackedReferences): void {
  let at = 0
  for (const component of manifest.components.values()) {
    recall(component, packed, at)
    at += 1
  }
}

function recall(component: Component, { files, components }: PackedReferences, at: number): void {
  const references = components[at]?.map(
    ([name, environment, output, onlyIn, file, line, column, ...path]): WrittenReference => ({
      component: name,
      environment: environment ?? undefined,
      output,
      path,
      onlyIn: onlyIn ?? undefined,
      at: { file: files[file] ?? '', line, column },
    }),
  )
  if (references !== undefined) rememberReferences(component, references)
}
