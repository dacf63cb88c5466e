import { absolute, relative, useNow } from '../lib/time.ts'

/** When it was, relative to now; the exact moment on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={absolute(at)} className={className}>
      {relative(at, now)}
    </time>
  )
}
