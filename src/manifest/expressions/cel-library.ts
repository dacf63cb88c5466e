import { createRequire } from 'node:module'
import type * as Library from '@marcbachmann/cel-js'

// Far above what anybody writes by hand; what is evaluated recursively must not be nested without end.
const limits = { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 500 }

const require = createRequire(import.meta.url)
let loaded: Cel | undefined

interface Cel {
  readonly grammar: Library.Environment
  readonly ParseError: typeof Library.ParseError
}

/** The library for the grammar, loaded when the first expression is parsed. */
export function cel(): Cel {
  if (loaded !== undefined) return loaded
  const library: typeof Library = require('@marcbachmann/cel-js')
  const grammar = new library.Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits,
  })
  loaded = { grammar, ParseError: library.ParseError }
  return loaded
}
