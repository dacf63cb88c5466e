import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../src/platform/process/process.ts'
import { conclude, format, print } from './measure.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** From a fresh clone to the demo's end with a warm npm cache, and the same command once more. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-demo-'))
  try {
    const clone = path.join(directory, 'portolan')
    await command('git', ['clone', '--quiet', repository, clone], directory)
    await command('npm', ['ci', '--loglevel=error'], clone) // Fills npm's cache; not counted.
    await rm(path.join(clone, 'node_modules'), { recursive: true })
    const cold = await time(() => command('npm', ['run', 'demo', '--', '--once'], clone))
    print(`  cold: set-up and demo${format(cold).padStart(32)}`)
    const again = await time(() => command('npm', ['run', 'demo', '--', '--once'], clone))
    print(`  again${format(again).padStart(48)}`)
    conclude('demo-start', again, cold)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function time(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function command(name: string, args: string[], cwd: string): Promise<void> {
  const { PATH = '', HOME = '' } = process.env
  const result = await runCommand(name, args, { cwd, env: { PATH, HOME } })
  if (result.exitCode !== 0) throw new Error(`${name} ${args.join(' ')}: ${result.stderr}`)
}
