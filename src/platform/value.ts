/** A value of the manifest, of an input or of an output: JSON, but whole numbers beyond 2^53 stay exact. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }
