import { createRequire } from 'node:module'
import type * as Library from 'yaml'

const require = createRequire(import.meta.url)
let loaded: typeof Library | undefined

/**
 * The YAML library, loaded when the first text is parsed: most commands find what they need in the cache,
 * and loading takes longer than all that they do.
 */
export function yaml(): typeof Library {
  if (loaded !== undefined) return loaded
  const library: typeof Library = require('yaml')
  loaded = library
  return library
}
