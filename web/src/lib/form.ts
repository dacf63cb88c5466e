import type { SubmitEvent } from 'react'
import { AppError } from '../../../src/platform/errors.ts'

/** What was written into a form, by the names of its controls. */
export type FormValues = (name: string) => string

/** Reads a form that is submitted, instead of leaving the page. `onSubmit={submitted((value) => …)}` */
export function submitted(onSubmit: (value: FormValues, form: HTMLFormElement) => void) {
  return (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    onSubmit((name) => {
      const value = data.get(name)
      return typeof value === 'string' ? value : ''
    }, form)
  }
}

/** A text, or nothing when there is none: what is empty is not sent. */
export function optional<const Name extends string>(
  name: Name,
  value: string,
): { readonly [K in Name]?: string } {
  const text = value.trim()
  return (text === '' ? {} : { [name]: text }) as { readonly [K in Name]?: string }
}

/** What a server found wrong in one field of what was sent, to be shown beside it. */
export function fieldError(error: unknown, field: string): string | undefined {
  return issuesOf(error).find(({ at }) => at === field)?.message
}

/** The error, unless every fault of it is shown beside a field. */
export function formError(error: unknown, fields: readonly string[]): unknown {
  const issues = issuesOf(error)
  const shown = issues.length > 0 && issues.every(({ at }) => fields.includes(at))
  return shown ? undefined : (error ?? undefined)
}

interface Issue {
  readonly at: string
  readonly message: string
}

function issuesOf(error: unknown): readonly Issue[] {
  const issues = error instanceof AppError ? error.details['issues'] : undefined
  return Array.isArray(issues) ? issues.filter(isIssue) : []
}

function isIssue(value: unknown): value is Issue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    'message' in value &&
    typeof value.at === 'string' &&
    typeof value.message === 'string'
  )
}
