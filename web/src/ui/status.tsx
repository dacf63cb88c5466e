import {
  CircleCheck,
  CircleDashed,
  CircleEqual,
  CircleHelp,
  CircleMinus,
  CircleStop,
  CircleX,
  Clock,
  FileDiff,
  GitMerge,
  GitPullRequest,
  GitPullRequestClosed,
  LoaderCircle,
  Lock,
  type LucideIcon,
  OctagonAlert,
  Split,
  UserRoundCheck,
} from 'lucide-react'
import { classes } from './class-names.ts'
import { lookOf, type StatusIcon, type StatusKind, type Tone } from './status-words.ts'

const icons: Readonly<Record<StatusIcon, LucideIcon>> = {
  check: CircleCheck,
  running: LoaderCircle,
  person: UserRoundCheck,
  clock: Clock,
  cross: CircleX,
  alarm: OctagonAlert,
  question: CircleHelp,
  lock: Lock,
  drift: Split,
  dash: CircleMinus,
  dotted: CircleDashed,
  equal: CircleEqual,
  plan: FileDiff,
  stop: CircleStop,
  merge: GitMerge,
  'pull-request': GitPullRequest,
  'pull-request-closed': GitPullRequestClosed,
}

export const toneText: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  info: 'text-info',
  wait: 'text-wait',
  warn: 'text-warn',
  danger: 'text-danger',
  alarm: 'text-danger',
  idle: 'text-muted',
}

const toneBadge: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-soft text-ok',
  info: 'bg-info-soft text-info',
  wait: 'bg-wait-soft text-wait',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  alarm: 'bg-danger text-danger-ink',
  idle: 'bg-sunken text-muted',
}

export interface StatusProps {
  readonly kind: StatusKind
  readonly value: string
  /** `badge` on a ground of its colour, `text` in a row, `icon` where the word is read aloud only. */
  readonly as?: 'badge' | 'text' | 'icon'
  readonly className?: string
}

/** How something stands: icon, word and colour. */
export function Status({ kind, value, as = 'badge', className }: StatusProps) {
  const { word, tone, icon } = lookOf(kind, value)
  const shape =
    as === 'badge' ? classes('rounded-full px-2 py-0.5', toneBadge[tone]) : toneText[tone]
  return (
    <span
      title={as === 'icon' ? word : undefined}
      className={classes(
        'inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium',
        shape,
        className,
      )}
    >
      <StatusMark icon={icon} />
      <span className={as === 'icon' ? 'sr-only' : undefined}>{word}</span>
    </span>
  )
}

/** Only the icon of a status, without a word: for where the word stands beside it. */
export function StatusMark({ icon, className }: { icon: StatusIcon; className?: string }) {
  const Icon = icons[icon]
  return (
    <Icon
      aria-hidden
      className={classes('size-3.5 shrink-0', icon === 'running' && 'animate-spin', className)}
    />
  )
}

/** A short word on the ground of a tone: a role, a count, a mark. */
export function Badge({ tone = 'idle', children }: { tone?: Tone; children: React.ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-0.5 text-xs font-medium',
        toneBadge[tone],
      )}
    >
      {children}
    </span>
  )
}
