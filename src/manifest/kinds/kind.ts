import type { z } from 'zod'
import type { KindName } from '../manifest.ts'

/** What the manifest knows of a kind of components: the one place that names its keys. */
export interface Kind {
  /** The key that makes a component one of this kind. */
  readonly name: KindName
  /** Of that key. */
  readonly main: z.ZodType<string>
  /** Keys that only components of this kind have. */
  readonly keys: Readonly<Record<string, z.ZodType>>
  /** Why nothing that goes in can have this name; undefined for a fit one. */
  readonly checkInput: (name: string) => NameProblem | undefined
}

/** Behind the name: "cannot be the name of …". */
export interface NameProblem {
  readonly message: string
  readonly next: string
}

/** A kind that the manifest will have. */
export interface LaterKind {
  readonly name: string
  /** What to do until then. */
  readonly next: string
}
