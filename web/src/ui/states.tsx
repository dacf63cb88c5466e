import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppError } from '../../../src/platform/errors.ts'
import { Button } from './button.tsx'
import { classes } from './class-names.ts'

export interface EmptyProps {
  readonly title: string
  /** Of the heading: 1 where it is all of the page. */
  readonly level?: 1 | 2
  /** Why there is nothing, and what to do to have something. */
  readonly children?: ReactNode
  readonly action?: ReactNode
  readonly icon?: ReactNode
}

/** There is nothing to show: says why, and what to do next. */
export function Empty({ title, level = 2, children, action, icon }: EmptyProps) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-strong border-dashed px-6 py-10 text-center">
      {icon !== undefined && <div className="text-faint">{icon}</div>}
      <Heading className="font-semibold text-lg">{title}</Heading>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  )
}

const titles: Readonly<Record<AppError['code'], string>> = {
  invalid: 'That was not understood',
  unauthenticated: 'Nobody is signed in',
  forbidden: 'You may not do this',
  not_found: 'There is nothing here',
  conflict: 'It does not go as things stand',
  locked: 'Somebody holds the lock',
  too_large: 'That is too large',
  too_many: 'That was too often',
  unavailable: 'The server does not answer',
}

export interface ErrorStateProps {
  readonly error: unknown
  /** What did not go, where that says more than the kind of the refusal: "The project was not added". */
  readonly title?: string
  readonly onRetry?: () => unknown
  /** `box` inside a form or beside what did not go. */
  readonly as?: 'page' | 'box'
}

/** What went wrong, with which thing, and what to do now. */
export function ErrorState({ error, title, onRetry, as = 'page' }: ErrorStateProps) {
  const shown = shownError(error)
  return (
    <div
      role="alert"
      className={classes(
        'flex flex-wrap items-start gap-3 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3 text-left',
        as === 'page' && 'mx-auto my-6 max-w-2xl',
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold">{title ?? shown.title}</p>
        <p className="whitespace-pre-wrap break-words">{shown.detail}</p>
        {shown.next !== undefined && <p className="mt-1 break-words text-muted">{shown.next}</p>}
      </div>
      {onRetry !== undefined && mayHelp(error) && (
        <Button
          size="small"
          icon={<RotateCw aria-hidden className="size-3.5" />}
          onClick={() => onRetry()}
        >
          Try again
        </Button>
      )}
    </div>
  )
}

/** Whether the same again can end otherwise. */
function mayHelp(error: unknown): boolean {
  return !(error instanceof AppError) || !['forbidden', 'invalid', 'not_found'].includes(error.code)
}

/** An error as it is said to people. */
export function shownError(error: unknown) {
  if (error instanceof AppError) {
    return { title: titles[error.code], detail: sentence(error.message), next: error.next }
  }
  return {
    title: 'This page has a fault',
    detail: error instanceof Error ? error.message : String(error),
    next: 'Load the page again. If it stays, report it with what you did.',
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The place of something that is being loaded, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classes('animate-pulse rounded-md bg-hover', className)} />
}

/** Rows that are being loaded. */
export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} className="h-9 w-full" />
      ))}
    </div>
  )
}

export interface QueryLike<Data> {
  readonly data: Data | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

export interface LoadedProps<Data> {
  readonly query: QueryLike<Data>
  /** Instead of rows, while there is nothing yet. */
  readonly loading?: ReactNode
  readonly children: (data: Data) => ReactNode
}

/** What a query answered; while it is loaded, or if it failed, that. */
export function Loaded<Data>({ query, loading, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <ErrorState error={query.error} onRetry={query.refetch} />
  return loading ?? <SkeletonRows />
}
