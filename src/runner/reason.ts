import { AppError, messageOf } from '../platform/errors.ts'
import { createRedactor } from '../secrets/index.ts'
import type { Job } from './job.ts'

/** What a refusal says, with what to do, for the outcome of a run. */
export function reasonOf(error: unknown, { secrets }: Pick<Job, 'secrets'>): string {
  return createRedactor(secrets).redact(sentence(error))
}

function sentence(error: unknown): string {
  if (!(error instanceof AppError)) return `Portolan itself failed: ${messageOf(error)}`
  return error.next === undefined ? error.message : `${error.message}. ${error.next}`
}
