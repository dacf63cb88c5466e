import { Check } from 'lucide-react'
import type { ProjectForge } from '../../../lib/types.ts'
import { CopyButton } from '../../../ui/copyable.tsx'
import { Badge } from '../../../ui/status.tsx'
import type { Way } from './ways.ts'

export interface HostProps {
  readonly project: string
  readonly way: Way
  readonly forge: ProjectForge
}

/** Something to be pasted on the host, copied by one click. */
export function ToPaste({ value, what }: { value: string; what: string }) {
  return (
    <div className="mt-1 flex w-fit max-w-full items-center gap-2 rounded-md bg-sunken px-3 py-1">
      <code className="min-w-0 select-all break-all text-sm">{value}</code>
      <CopyButton value={value} what={what} />
    </div>
  )
}

/** What is to be chosen on the host, as it is called there. */
export function Ticks({ ticks }: { ticks: readonly string[] }) {
  return (
    <ul className="mt-1 flex flex-wrap gap-1.5">
      {ticks.map((tick) => (
        <li key={tick}>
          <Badge>
            <Check aria-hidden className="size-3" />
            {tick}
          </Badge>
        </li>
      ))}
    </ul>
  )
}
