import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'
import type { Lock, LockInfo } from '../state-version.ts'

// PostgreSQL keeps neither NUL nor half of a surrogate pair.
const text = z
  .string()
  .max(1000)
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'holds what is no text')

const Info = z.object({
  ID: text.min(1),
  Operation: text.default(''),
  Info: text.default(''),
  Who: text.default(''),
  Version: text.default(''),
  Created: text.default(''),
  Path: text.default(''),
})

/** The body of LOCK and UNLOCK. @throws AppError `invalid` */
export function parseLockInfo(body: Buffer): LockInfo {
  const parsed = Info.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(`the lock information cannot be read: ${issue?.path.join('.')} ${issue?.message}`, {
    next: 'Send the JSON that Terraform sends, with at least an ID.',
  })
}

const HeldLock = z.object({
  workspaceId: z.string(),
  id: z.string(),
  kind: z.enum(['client', 'person', 'run']),
  runId: z.number().optional(),
  actor: z.string(),
  info: Info,
  fence: z.number(),
  createdAt: z.coerce.date(),
})

/** The lock in the details of a refusal, if there is one. */
export function lockIn(details: Readonly<Record<string, unknown>>): Lock | undefined {
  const parsed = HeldLock.safeParse(details['lock'])
  return parsed.success ? { ...parsed.data, runId: parsed.data.runId } : undefined
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw invalid('the lock information is not JSON', { cause: error })
  }
}
