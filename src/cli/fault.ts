import { type AppError, codeOf, unavailable } from '../platform/errors.ts'

const diskFull = new Set(['ENOSPC', 'EDQUOT', '53100'])

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'something above it is no directory',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reports an error',
}

/** The refusal for what the machine does not let Portolan do; undefined for anything else: a bug. */
export function machineFault(error: unknown): AppError | undefined {
  const code = codeOf(error) ?? ''
  const file = pathOf(error)
  if (diskFull.has(code)) {
    return unavailable(`the disk is full${file === undefined ? '' : ` (${file})`}`, {
      cause: error,
      next: 'Free some space and run the command again. What was recorded before is safe. `portolan doctor` says where the data is.',
    })
  }
  const reason = reasons[code]
  if (reason === undefined || file === undefined) return undefined
  return unavailable(`${file} cannot be used: ${reason}`, {
    cause: error,
    next: 'portolan doctor   looks for what is wrong, and says what to do',
  })
}

function pathOf(error: unknown): string | undefined {
  const file = error instanceof Error && 'path' in error ? error.path : undefined
  return typeof file === 'string' ? file : undefined
}
