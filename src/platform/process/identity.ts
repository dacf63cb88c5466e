import { readFileSync } from 'node:fs'
import { codeOf } from '../errors.ts'
import { runCommand } from './process.ts'

/** A process as this machine knows it: its id alone is given to another one some day. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in whatever form the system tells; only equality counts. */
  readonly startedAt: string
}

let own: Promise<ProcessIdentity> | undefined

/** This process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  own ??= identityOf(process.pid).then((found) => found ?? { pid: process.pid, startedAt: '' })
  return own
}

/** The process that has this id now; undefined when there is none, or only its unread end. */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : await startElsewhere(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** True while the very process runs that was seen before. */
export async function isAlive(seen: ProcessIdentity): Promise<boolean> {
  const now = await identityOf(seen.pid)
  return now !== undefined && now.startedAt === seen.startedAt
}

// Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets.
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

async function startElsewhere(pid: number): Promise<string | undefined> {
  const result = await runCommand('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    env: { LC_ALL: 'C' },
  })
  const line = result.stdout.toString('utf8').trim()
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
}
