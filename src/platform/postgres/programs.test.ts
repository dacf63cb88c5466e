import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../process/process.ts'
import { defaultSources, type ProgramSources, preferredPrograms, programsOf } from './programs.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp('/tmp/portolan-programs-')
})
afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

const store = () => path.join(root, 'postgresql')
const packageOf = async () => (await defaultSources('')).packageDirectory ?? ''

async function versionOf(bin: string): Promise<string> {
  const result = await runCommand(path.join(bin, 'postgres'), ['--version'], { env: {} })
  return result.stdout.toString('utf8') + result.stderr
}

/** A PostgreSQL that only knows its version. */
async function pretend(directory: string, version: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  for (const program of ['postgres', 'initdb']) {
    const file = path.join(directory, program)
    await writeFile(file, `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`)
    await chmod(file, 0o755)
  }
  return directory
}

test('a package as npm unpacks it, without links and without executable bits, is made to run', async () => {
  const unpacked = path.join(root, 'npx', 'package')
  await cp(await packageOf(), unpacked, {
    recursive: true,
    filter: (file) =>
      !/\.so(\.\d+)?$/.test(file) ||
      /\/lib\/postgresql\/|lib(crypto|ssl|xml2|xslt|z|lzma|ossp-uuid)\./.test(file),
  })
  for (const program of ['initdb', 'postgres']) {
    await chmod(path.join(unpacked, 'native', 'bin', program), 0o644)
  }
  const sources: ProgramSources = { packageDirectory: unpacked, systemDirectories: [] }

  const programs = await preferredPrograms(store(), sources)

  await rm(path.join(root, 'npx'), { recursive: true })
  expect(await versionOf(programs?.bin ?? '')).toMatch(/^postgres \(PostgreSQL\) 18\./)
  expect(await programsOf(18, store(), { ...sources, packageDirectory: undefined })).toEqual([
    programs,
  ])
})

test('several commands install at once, and nothing but the programs stays', async () => {
  const sources = { packageDirectory: await packageOf(), systemDirectories: [] }
  await mkdir(path.join(store(), 'new-0123'), { recursive: true })
  await utimes(path.join(store(), 'new-0123'), new Date(0), new Date(0))
  const all = await Promise.all([1, 2, 3].map(() => preferredPrograms(store(), sources)))
  expect(new Set(all.map((programs) => programs?.bin)).size).toBe(1)
  expect(await readdir(store())).toEqual([all[0]?.version])
})

test('where the package does not run, the newest PostgreSQL of the machine does', async () => {
  const broken = path.join(root, 'package')
  await mkdir(path.join(broken, 'native', 'bin'), { recursive: true })
  await mkdir(path.join(broken, 'native', 'lib'))
  await writeFile(path.join(broken, 'package.json'), '{ "version": "18.4.0-beta.17" }')
  for (const program of ['postgres', 'initdb']) {
    await writeFile(path.join(broken, 'native', 'bin', program), '\x7fELF for another machine')
  }
  const systemDirectories = [
    await pretend(path.join(root, 'nine'), '16.9 (Debian 16.9-1)'),
    await pretend(path.join(root, 'ten'), '16.10'),
    await pretend(path.join(root, 'old'), '14.20'),
    path.join(root, 'absent'),
  ]

  const programs = await preferredPrograms(store(), { packageDirectory: broken, systemDirectories })

  expect(programs).toEqual({ bin: systemDirectories[1], version: '16.10', major: 16 })
  expect(await readdir(store())).toEqual([])
})

test('PATH is searched, and its relative parts are not', async () => {
  const { systemDirectories } = await defaultSources('bin:/opt/pg/bin:.:/usr/bin')
  expect(systemDirectories.slice(0, 2)).toEqual(['/opt/pg/bin', '/usr/bin'])
  expect(systemDirectories.filter((directory) => !path.isAbsolute(directory))).toEqual([])
})

test('programs that are installed are not copied again', async () => {
  const sources = { packageDirectory: await packageOf(), systemDirectories: [] }
  const programs = await preferredPrograms(store(), sources)
  const marker = path.join(programs?.bin ?? '', 'marker')
  await writeFile(marker, '')
  await preferredPrograms(store(), sources)
  expect(existsSync(marker)).toBe(true)
})
