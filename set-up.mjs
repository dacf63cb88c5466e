// Brings a fresh clone to where everything runs: the packages of package-lock.json, and with them the Node that
// Portolan is developed on. Must itself start under Node 20. Does nothing when that is done already.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** What npm installed last, as npm itself noted it. */
const installed = packagesIn('node_modules/.package-lock.json')
const missing = Object.entries(packagesIn('package-lock.json')).some(
  ([name, { version, optional }]) =>
    name !== '' && !optional && installed[name]?.version !== version,
)
if (missing || !existsSync('node_modules/.bin/node')) {
  process.stderr.write('Installing packages (once) …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    // Standard output belongs to the command that follows.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) {
    process.stderr.write(
      'npm ci failed (its message is above). With a network that reaches the npm registry, run `npm ci` and try again.\n',
    )
    process.exit(1)
  }
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {}
}
