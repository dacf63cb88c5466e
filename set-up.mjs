// Brings a fresh clone to where everything runs: the packages of package-lock.json, and with them the Node that
// Portolan is developed on. Must itself start under Node 20. Does nothing when that is done already.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const stamp = 'node_modules/.set-up'
const wanted = readFileSync('package-lock.json', 'utf8')
const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
if (!done) {
  process.stderr.write('Installing packages (once) …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    // npm's own notices would drown a failure; standard output belongs to the command that follows.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) {
    process.stderr.write(
      'npm ci failed (its message is above). With a network that reaches the npm registry, run `npm ci` and try again.\n',
    )
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}
