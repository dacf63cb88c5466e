import {
  ArrowRight,
  CircleHelp,
  Download,
  Eye,
  type LucideIcon,
  Minus,
  Pencil,
  Plus,
  Replace,
  Unlink,
} from 'lucide-react'
import { classes } from '../../ui/class-names.ts'
import type { PlanAction } from './plan-actions.ts'

interface Look {
  /** What happens to it, as a word of a sentence: "3 create". */
  readonly word: string
  readonly tone: string
  readonly Icon: LucideIcon
}

const looks: Readonly<Record<PlanAction, Look>> = {
  unclear: { word: 'Unclear', tone: 'text-danger', Icon: CircleHelp },
  delete: { word: 'Destroy', tone: 'text-danger', Icon: Minus },
  replace: { word: 'Replace', tone: 'text-danger', Icon: Replace },
  forget: { word: 'Forget', tone: 'text-warn', Icon: Unlink },
  update: { word: 'Change', tone: 'text-warn', Icon: Pencil },
  create: { word: 'Create', tone: 'text-ok', Icon: Plus },
  import: { word: 'Import', tone: 'text-info', Icon: Download },
  move: { word: 'Move', tone: 'text-info', Icon: ArrowRight },
  read: { word: 'Read', tone: 'text-muted', Icon: Eye },
  none: { word: 'Keep', tone: 'text-muted', Icon: Eye },
}

/** What happens to something: icon, word and colour. */
export function ActionMark({ action, className }: { action: PlanAction; className?: string }) {
  const { word, tone, Icon } = looks[action]
  return (
    <span
      className={classes(
        'inline-flex items-baseline gap-1.5 whitespace-nowrap font-medium text-sm',
        tone,
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0 self-center" />
      {word}
    </span>
  )
}
