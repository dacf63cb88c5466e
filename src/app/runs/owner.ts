import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isAlive, ownIdentity } from '../../platform/process/identity.ts'

/**
 * Names this process among all that ever ran anywhere: `host:boot:namespace:pid:start`, each part
 * URL-encoded. It is the owner of the leases that this process takes.
 */
export async function ownOwner(): Promise<string> {
  const { pid, startedAt } = await ownIdentity()
  return [...(await here()), String(pid), startedAt].map(encodeURIComponent).join(':')
}

/** True only for a process of this very machine and boot that is certainly gone. */
export async function isDead(owner: string): Promise<boolean> {
  const parts = owner.split(':').map(decodeURIComponent)
  const [host, boot, namespace, pid, startedAt] = parts
  if (parts.length !== 5 || startedAt === undefined || !Number.isInteger(Number(pid))) return false
  const [thisHost, thisBoot, thisNamespace] = await here()
  if (host !== thisHost) return false
  if (boot !== thisBoot) return boot !== ''
  // In another namespace the same number is another process.
  if (namespace !== thisNamespace) return false
  return !(await isAlive({ pid: Number(pid), startedAt }))
}

/** Frees what dead processes of this machine hold: nobody waits until their leases are over. */
export async function abandonDead({
  owners,
  abandon,
}: {
  owners(): Promise<readonly string[]>
  abandon(owner: string): Promise<unknown>
}): Promise<void> {
  for (const owner of await owners()) {
    if (await isDead(owner)) await abandon(owner)
  }
}

type Here = readonly [host: string, boot: string, namespace: string]

let known: Promise<Here> | undefined

/** It stays the same as long as this process lives. */
function here(): Promise<Here> {
  known ??= lookAround()
  return known
}

async function lookAround(): Promise<Here> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  return [hostname(), boot.trim(), namespace]
}
