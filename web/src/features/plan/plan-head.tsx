import { ShieldAlert } from 'lucide-react'
import type { RunDetails } from '../../lib/types.ts'
import { Risk } from '../changes/risk.tsx'
import { plainText } from '../log/plain-text.ts'

export interface PlanHeadProps {
  readonly details: RunDetails
  readonly onGoTo: (address: string) => void
}

/** What whoever approves must have seen: the risk in a line, and what is protected. */
export function PlanHead({ details, onGoTo }: PlanHeadProps) {
  const { summary } = details.run
  if (summary === undefined) return null
  return (
    <>
      {summary.severity !== 'none' && (
        <Risk severity={summary.severity} sentence={plainText(summary.risk)} />
      )}
      {summary.protected.length > 0 && <Protected addresses={summary.protected} onGoTo={onGoTo} />}
    </>
  )
}

const MOST = 20

function Protected(props: { addresses: readonly string[]; onGoTo: (address: string) => void }) {
  const { addresses, onGoTo } = props
  const count = addresses.length
  return (
    <div className="flex items-start gap-2.5 rounded-lg border border-danger/40 bg-danger-soft px-3.5 py-2.5">
      <ShieldAlert aria-hidden className="mt-1 size-3.5 shrink-0 text-danger" />
      <div className="min-w-0">
        <p>
          <strong className="font-semibold">
            {count === 1 ? 'A protected resource ends.' : `${count} protected resources end.`}
          </strong>{' '}
          Whoever approves must say why.
        </p>
        <ul className="mt-1 flex flex-wrap gap-x-4">
          {addresses.slice(0, MOST).map((address) => (
            <li key={address} className="min-w-0">
              <button
                type="button"
                onClick={() => onGoTo(address)}
                className="text-left font-mono text-danger text-sm underline underline-offset-2 [overflow-wrap:anywhere]"
              >
                {plainText(address)}
              </button>
            </li>
          ))}
          {count > MOST && <li className="text-muted">and {count - MOST} more</li>}
        </ul>
      </div>
    </div>
  )
}
