import {
  Check,
  CircleHelp,
  LoaderCircle,
  type LucideIcon,
  Minus,
  UserRoundCheck,
  X,
} from 'lucide-react'
import { duration, useNow } from '../../lib/time.ts'
import { classes } from '../../ui/class-names.ts'
import type { Step, StepName } from './run-steps.ts'

const words: Readonly<Record<StepName, string>> = {
  queue: 'Queue',
  plan: 'Plan',
  approval: 'Approval',
  apply: 'Apply',
}

interface Look {
  readonly word: string
  readonly tone: string
  readonly Icon: LucideIcon | undefined
}

const looks: Readonly<Record<Step['state'], Look>> = {
  done: { word: 'done', tone: 'bg-ok-soft text-ok border-ok/40', Icon: Check },
  now: { word: 'now', tone: 'bg-info-soft text-info border-info/50', Icon: LoaderCircle },
  failed: { word: 'failed', tone: 'bg-danger-soft text-danger border-danger/50', Icon: X },
  stopped: { word: 'stopped', tone: 'bg-sunken text-muted border-strong', Icon: Minus },
  unknown: {
    word: 'unknown end',
    tone: 'bg-danger text-danger-ink border-danger',
    Icon: CircleHelp,
  },
  todo: { word: 'to come', tone: 'bg-surface text-faint border-strong', Icon: undefined },
  'left-out': { word: 'not reached', tone: 'bg-surface text-faint border-line', Icon: undefined },
}

export interface RunStepperProps {
  readonly steps: readonly Step[]
  /** Median seconds of former runs. */
  readonly expected: { readonly plan?: number | undefined; readonly apply?: number | undefined }
}

/** Where a run stands, and how long each step took. */
export function RunStepper({ steps, expected }: RunStepperProps) {
  return (
    <ol aria-label="Steps of the run" className="flex flex-wrap gap-y-3">
      {steps.map((step, index) => (
        <li key={step.name} className="flex min-w-36 flex-1 flex-col gap-1">
          <StepMark step={step} isLast={index === steps.length - 1} />
          <StepText step={step} expected={expectedOf(step.name, expected)} />
        </li>
      ))}
    </ol>
  )
}

function expectedOf(name: StepName, { plan, apply }: RunStepperProps['expected']) {
  return name === 'plan' ? plan : name === 'apply' ? apply : undefined
}

function StepMark({ step, isLast }: { step: Step; isLast: boolean }) {
  const { tone, Icon: OfState } = looks[step.state]
  const waits = step.state === 'now' && step.name === 'approval'
  const turns = step.state === 'now' && !waits
  const Icon = waits ? UserRoundCheck : OfState
  return (
    <span className="flex items-center">
      <span
        className={classes(
          'flex size-6 shrink-0 items-center justify-center rounded-full border',
          tone,
        )}
      >
        {Icon && <Icon aria-hidden className={classes('size-3.5', turns && 'animate-spin')} />}
      </span>
      {!isLast && (
        <span
          aria-hidden
          className={classes('h-px flex-1', step.state === 'done' ? 'bg-ok/50' : 'bg-line')}
        />
      )}
    </span>
  )
}

function StepText({ step, expected }: { step: Step; expected: number | undefined }) {
  const { word } = looks[step.state]
  return (
    <span className="pr-3">
      <span
        className={classes(
          'font-medium',
          (step.state === 'todo' || step.state === 'left-out') && 'text-muted',
        )}
      >
        {words[step.name]}
      </span>
      <span className="block text-muted text-sm tabular-nums">
        {word}
        <Spent step={step} />
        {step.state === 'now' && expected !== undefined && (
          <> · usually {duration(expected * 1000)}</>
        )}
      </span>
    </span>
  )
}

function Spent({ step: { spent, since, state } }: { step: Step }) {
  const now = useNow()
  const total = (spent ?? 0) + (since !== undefined && state === 'now' ? now - since : 0)
  if (spent === undefined && since === undefined) return null
  return <> · {duration(total)}</>
}
