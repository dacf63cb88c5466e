import type { Counts } from '../../lib/types.ts'
import { classes } from '../../ui/class-names.ts'
import { StatusMark, toneText } from '../../ui/status.tsx'
import { lookOf } from '../../ui/status-words.ts'
import { countsInOrder } from './results.ts'

/** How many workspaces stand where: icon, number and word. */
export function ResultCounts({ counts }: { counts: Counts }) {
  const all = countsInOrder(counts)
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-0.5 text-sm">
      {all.map(([result, count]) => {
        const { word, tone, icon } = lookOf('result', result)
        return (
          <span
            key={result}
            className={classes('inline-flex items-center gap-1 font-medium', toneText[tone])}
          >
            <StatusMark icon={icon} />
            <span className="tabular-nums">{count}</span>
            <span className="lowercase">{result === 'provisional' ? result : word}</span>
          </span>
        )
      })}
    </span>
  )
}
