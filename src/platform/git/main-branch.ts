import path from 'node:path'
import { askGit, type GitPlace } from './git.ts'
import { commonDirectory, readIfThere } from './git-directory.ts'

export interface MainBranch {
  readonly ref: string
  /** `origin/main` */
  readonly name: string
}

const candidates = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/remotes/upstream/HEAD',
  'refs/heads/main',
  'refs/heads/master',
]

/** The branch that others see as the main one, looked up without git; undefined: git may know more. */
export function mainBranchNow(top: string): MainBranch | undefined {
  try {
    const directory = commonDirectory(top)
    const packed = readIfThere(path.join(directory, 'packed-refs')) ?? ''
    for (const ref of candidates) {
      const loose = readIfThere(path.join(directory, ref))
      if (loose === undefined && !packed.includes(` ${ref}\n`)) continue
      return named(ref, /^ref: (\S+)/.exec(loose ?? '')?.[1] ?? ref)
    }
    return undefined
  } catch {
    return undefined
  }
}

/** The same, asked of git. */
export async function askMainBranch(place: GitPlace): Promise<MainBranch | undefined> {
  const format = '--format=%(refname) %(symref)'
  const result = await askGit(place, ['for-each-ref', format, ...candidates])
  const found = new Map(
    result.stdout
      .toString('utf8')
      .split('\n')
      .map((line): [string, string] => {
        const [ref = '', target = ''] = line.split(' ')
        return [ref, target === '' ? ref : target]
      }),
  )
  const ref = candidates.find((one) => found.has(one))
  return ref === undefined ? undefined : named(ref, found.get(ref) ?? ref)
}

function named(ref: string, target: string): MainBranch {
  return { ref, name: target.replace(/^refs\/(remotes|heads)\//, '') }
}
