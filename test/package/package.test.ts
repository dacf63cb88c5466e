import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCommand } from '../../src/platform/process/process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the packed package installs elsewhere as one command, which applies a module', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-package-'))
  const env = {
    ...definedEnvironment(),
    // The newest releases are not always whole in the registry.
    npm_config_min_release_age: '45',
    PORTOLAN_DATA_DIR: path.join(directory, 'data'),
  }
  const run = async (cwd: string, command: string, ...args: string[]) => {
    const result = await runCommand(command, args, { cwd, env })
    expect(result.exitCode, `${command} ${args.join(' ')}\n${result.stderr}`).toBe(0)
    return result.stdout.toString()
  }
  try {
    const [packed] = JSON.parse(
      await run(root, 'npm', 'pack', '--json', '--silent', `--pack-destination=${directory}`),
    ) as [{ filename: string; files: { path: string }[] }]
    const kept = packed.files.map((file) => file.path)
    expect(kept).toEqual(expect.arrayContaining(['dist/main.js', 'dist/web/index.html']))
    expect(kept.filter((file) => /\.test\.|^(src|test|bench|demo)\//.test(file))).toEqual([])

    const home = path.join(directory, 'elsewhere')
    await mkdir(home)
    await run(home, 'npm', 'init', '--yes')
    await run(
      home,
      'npm',
      'install',
      '--prefer-offline',
      '--loglevel=error',
      path.join(directory, packed.filename),
    )
    const portolan = path.join(home, 'node_modules', '.bin', 'portolan')
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    expect(await run(home, portolan, '--version')).toBe(`${version}\n`)

    const module = path.join(directory, 'module')
    await mkdir(module)
    await writeFile(
      path.join(module, 'main.tf'),
      'resource "terraform_data" "it" {\n  input = "x"\n}\n',
    )
    expect(await run(module, portolan, 'apply', '--auto-approve')).toContain('1 added')
    expect(await run(module, portolan, 'state', 'ls')).toBe('terraform_data.it\n')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}, 180_000)

function definedEnvironment(): Record<string, string> {
  const { DATABASE_URL: _ownDatabase, ...rest } = process.env
  return Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
