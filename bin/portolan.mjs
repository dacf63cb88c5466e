#!/usr/bin/env node
// Starts the command line. In a clone it runs the sources, in an installed package the compiled files.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `portolan needs Node 22.18 or later, and this is Node ${process.versions.node}.\nInstall a current Node, or in a clone use \`npm run portolan -- …\`, which brings its own.\n`,
  )
  process.exit(1)
}
// Compiled code is kept from call to call, where only this user may write; without it all works the same.
const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache')
module.enableCompileCache?.(path.join(cache, 'portolan'))
const sources = new URL('../src/main.ts', import.meta.url)
const { main } = await import(
  existsSync(sources) ? sources.href : new URL('../dist/main.js', import.meta.url).href
)
await main(process.argv.slice(2))
