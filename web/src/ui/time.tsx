import { absolute, exactly, relative, useNow } from '../lib/time.ts'

/** When it was, relative to now; the exact moment on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={absolute(at)} className={className}>
      {relative(at, now)}
    </time>
  )
}

/** When it was to the second, as a log needs it; how long ago on hover. */
export function ExactTime({ at, className }: { at: string; className?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={`${relative(at, now)} · ${absolute(at)}`} className={className}>
      {exactly(at)}
    </time>
  )
}
