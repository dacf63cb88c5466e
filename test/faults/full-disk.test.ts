import { execFileSync } from 'node:child_process'
import { chmod, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { locate } from '../../src/projects/index.ts'
import { test as base } from '../support/database.ts'
import { isRoot } from '../support/embedded-home.ts'
import { chain, effects, names, openGate, reached, recorded } from './effects.ts'
import { eventually, expectDone, type Laptop, openLaptop } from './laptop.ts'
import { expectUsable, followTheWayOut } from './way-out.ts'

// Only root may mount a small disk; CI is root.
const test = base.skipIf(!isRoot && process.env['CI'] === undefined)

/** A state with it needs more space than one without. */
const large = `
resource "terraform_data" "large" {
  depends_on = [terraform_data.r3]
  input      = join("", [for n in range(1000) : join("", [for m in range(10) : sha512(n * 10 + m)])])
}
`

async function smallDisk(directory: string, megabytes: number): Promise<AsyncDisposable> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', directory])
  return { [Symbol.asyncDispose]: async () => void execFileSync('umount', ['-l', directory]) }
}

/** Takes all the space that is left; gives it back when it is called. */
async function fill(disk: string): Promise<() => Promise<void>> {
  const ballast = path.join(disk, 'ballast')
  const { bavail, bsize } = await statfs(disk)
  await writeFile(ballast, Buffer.alloc(bavail * bsize))
  return () => rm(ballast)
}

test('the work directory is full while Terraform applies: its state is taken from where it could write', async ({
  connection,
}) => {
  await using laptop = await openLaptop({ connection })
  await using _disk = await smallDisk(laptop.dataHome, 8)
  await laptop.write('main.tf', chain(laptop, 4, { gateAt: 2 }) + large)
  const applying = laptop.start('apply', '--auto-approve')
  await reached(laptop)
  const free = await fill(laptop.dataHome)
  await openGate(laptop)
  const ended = await applying.ended

  expect(ended.exitCode).toBe(1)
  expect(ended.stdout).toContain('Terraform could not write its state (is a disk full?)')
  await free()
  expect(await followTheWayOut(laptop)).toEqual([])
  expect(await recorded(laptop)).toContain('large')
  await expectNothingLost(laptop)
})

test('the embedded database has no space when the end is recorded: the way out works once there is', async () => {
  await using laptop = await openLaptop()
  await using _disk = await smallDisk(laptop.dataHome, 160)
  const { repositoryId } = await locate(laptop.directory, {
    dataHome: laptop.dataHome,
    env: laptop.environment,
    environment: undefined,
  })
  // Where the server's user can reach it, the database lies in the data directory.
  await chmod(path.join(laptop.dataHome, repositoryId), 0o755)
  await laptop.write('main.tf', chain(laptop, 2))
  expectDone(await laptop.run('apply', '--auto-approve'))
  const first = await laptop.run('state', 'pull')
  await laptop.write('main.tf', chain(laptop, 4, { gateAt: 3 }) + large)
  const applying = laptop.start('apply', '--auto-approve')
  await reached(laptop)
  const free = await fill(laptop.dataHome)
  await openGate(laptop)
  const ended = await applying.ended

  expect(ended.exitCode).toBe(1)
  expect(ended.stderr).toContain("the disk that holds Portolan's database is full")
  await free()
  await eventually('the end of everything', async () => (await laptop.processes()).length === 0)
  await followTheWayOut(laptop)
  expect((await laptop.run('state', 'pull', '1')).stdout).toBe(first.stdout)
  await expectNothingLost(laptop)
})

async function expectNothingLost(laptop: Laptop): Promise<void> {
  const known = await recorded(laptop)
  const done = await effects(laptop)
  expect(known.filter((name) => name !== 'large')).toEqual(done)
  await expectUsable(laptop)
  expect(await effects(laptop)).toEqual(names(4))
}
