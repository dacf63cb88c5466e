import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../errors.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './identity.ts'

/** A claim on a directory, held by a live process and worth nothing after its death. */
export interface Claim {
  /** The file that is the claim. */
  readonly file: string
  release(): Promise<void>
}

export interface ClaimOptions {
  /** Claims of the same kind get along with one another; without one a claim is exclusive. */
  readonly kind?: string
  readonly signal?: AbortSignal
  /** Called once when somebody else's claim must be waited for. */
  readonly onWait?: () => void
}

interface Held extends ProcessIdentity {
  readonly kind: string | undefined
}

/**
 * Waits until nobody else holds a claim on the directory that does not get along, then holds one.
 * Every claimant writes a file of its own and looks at the others' afterwards: of two at the same
 * time at least one sees the other and steps back. A claim of a process that is dead is removed;
 * as no two claims share a name, a live one is never removed with it.
 * @throws the signal's reason when it is aborted while waiting.
 */
export async function claim(directory: string, options: ClaimOptions = {}): Promise<Claim> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = path.join(directory, `${randomUUID()}.claim`)
  const held: Held = { ...(await ownIdentity()), kind: options.kind }
  for (let attempt = 0; ; attempt += 1) {
    options.signal?.throwIfAborted()
    await writeWhole(file, JSON.stringify(held))
    if (!(await hasRival(directory, file, options.kind))) {
      return { file, release: () => rm(file, { force: true }) }
    }
    await rm(file, { force: true })
    if (attempt === 0) options.onWait?.()
    await pause(Math.min(5 * 2 ** attempt, 200) * (0.5 + Math.random()), options.signal)
  }
}

async function hasRival(
  directory: string,
  own: string,
  kind: string | undefined,
): Promise<boolean> {
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name)
    if (file === own || !name.endsWith('.claim')) continue
    const other = await readHeld(file)
    if (other === undefined) continue
    if (!(await isAlive(other))) await rm(file, { force: true })
    else if (kind === undefined || other.kind !== kind) return true
  }
  return false
}

/** True while somebody, this process included, holds a claim of any kind on the directory. */
export async function isClaimed(directory: string): Promise<boolean> {
  try {
    return await hasRival(directory, '', undefined)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.draft`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, file)
}

async function readHeld(file: string): Promise<Held | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Held
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
