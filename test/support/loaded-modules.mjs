// With `node --import`: says on standard error which modules are loaded.
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, next) {
    writeSync(2, `loaded ${url}\n`)
    return next(url, context)
  },
})
