import { ChevronRight, Link2, ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from '../../ui/class-names.ts'
import { oneLine } from '../../ui/long-text.tsx'
import { Badge } from '../../ui/status.tsx'
import { announce } from '../../ui/toast.tsx'
import { plainText } from '../log/plain-text.ts'
import { ActionMark } from './action-mark.tsx'
import { DiffLineView, indentOf } from './diff-line-view.tsx'
import type { PlanItem, Section } from './plan-model.ts'
import type { PlanRow } from './plan-rows.ts'

const sectionWords: Readonly<Record<Section, { title: string; explanation: string }>> = {
  ends: { title: 'Destroyed, replaced or forgotten', explanation: '' },
  changes: { title: 'Created and changed', explanation: '' },
  deferred: { title: 'Put off', explanation: 'Terraform plans these again when more is known.' },
  outputs: { title: 'Outputs', explanation: '' },
  checks: { title: 'Checks that do not pass', explanation: '' },
  reads: { title: 'Data that is read', explanation: 'Reading changes nothing.' },
  drift: {
    title: 'Drift',
    explanation: 'What was changed outside of Terraform, as it was found. Not what the plan does.',
  },
}

export interface RowProps {
  readonly row: PlanRow
  readonly isProtected: (item: PlanItem) => boolean
  readonly onToggle: (key: string) => void
}

/** One row of the plan. */
export function PlanRowView({ row, isProtected, onToggle }: RowProps) {
  switch (row.kind) {
    case 'section':
      return <SectionRow row={row} onToggle={onToggle} />
    case 'module':
      return (
        <Toggle row={row} onToggle={onToggle} className="py-1.5">
          <span className="min-w-0 font-mono text-muted text-sm [overflow-wrap:anywhere]">
            {plainText(row.module.name)}
          </span>
          <Count size={row.module.size} />
        </Toggle>
      )
    case 'item':
      return <ItemRow row={row} isProtected={isProtected(row.item)} onToggle={onToggle} />
    case 'line':
      return (
        <Indented depth={row.depth}>
          <DiffLineView line={row.line} />
        </Indented>
      )
    case 'fold':
      return <FoldRow row={row} onToggle={onToggle} />
    case 'wait':
      return (
        <Indented depth={row.depth}>
          <p className="text-muted text-sm leading-5">Comparing …</p>
        </Indented>
      )
  }
}

/** What belongs to an item stands below its name, beside a line that leads up to it. */
function Indented({ depth, children }: { depth: number; children: ReactNode }) {
  return (
    <div style={indentOf(depth)}>
      <div className="ml-[1.125rem] border-line border-l pr-3 pl-3.5">{children}</div>
    </div>
  )
}

type Openable = Extract<PlanRow, { readonly isOpen: boolean }>

function Toggle(props: {
  row: Openable
  onToggle: (key: string) => void
  className?: string
  children: ReactNode
}) {
  const { row, onToggle, className, children } = props
  return (
    <button
      type="button"
      data-row={row.key}
      aria-expanded={row.isOpen}
      onClick={() => onToggle(row.key)}
      style={'depth' in row ? indentOf(row.depth) : undefined}
      className={classes(
        'w-full text-left hover:bg-hover focus-visible:outline-offset-[-2px]',
        className,
      )}
    >
      <span className="flex min-w-0 items-start gap-2 px-2.5">
        <ChevronRight
          aria-hidden
          className={classes('mt-1 size-3.5 shrink-0 text-faint', row.isOpen && 'rotate-90')}
        />
        {children}
      </span>
    </button>
  )
}

function Count({ size }: { size: number }) {
  return (
    <span className="mt-0.5 text-muted text-xs tabular-nums leading-5">
      {size.toLocaleString('en')}
    </span>
  )
}

function SectionRow(props: {
  row: Extract<PlanRow, { kind: 'section' }>
  onToggle: RowProps['onToggle']
}) {
  const { row, onToggle } = props
  const { title, explanation } = sectionWords[row.section]
  return (
    <Toggle row={row} onToggle={onToggle} className="bg-sunken py-1.5">
      <span className="min-w-0">
        <span className={classes('font-semibold', row.section === 'ends' && 'text-danger')}>
          {title}
        </span>
        <span className="ml-2 text-muted text-xs tabular-nums">
          {row.size.toLocaleString('en')}
        </span>
        {explanation !== '' && <span className="ml-2 text-muted text-sm">{explanation}</span>}
      </span>
    </Toggle>
  )
}

function FoldRow(props: {
  row: Extract<PlanRow, { kind: 'fold' }>
  onToggle: RowProps['onToggle']
}) {
  const { row, onToggle } = props
  const { line, isOpen } = row
  return (
    <Indented depth={row.depth}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => onToggle(row.key)}
        style={indentOf(line.depth)}
        className="block rounded text-left text-muted text-xs leading-5 hover:text-ink hover:underline"
      >
        <span className="pl-4">
          {isOpen ? 'hide ' : ''}
          {line.parts.map(({ text }) => text).join('')}
          {isOpen ? '' : ' …'}
        </span>
      </button>
    </Indented>
  )
}

function ItemRow(props: {
  row: Extract<PlanRow, { kind: 'item' }>
  isProtected: boolean
  onToggle: RowProps['onToggle']
}) {
  const { row, isProtected, onToggle } = props
  const { item } = row
  return (
    <div className="group relative flex items-start border-line border-t">
      <Toggle row={row} onToggle={onToggle} className="py-1.5 pr-10">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2.5 gap-y-0.5">
          {item.section !== 'checks' && (
            <ActionMark action={item.action} className="min-w-[5.5rem]" />
          )}
          <span className="min-w-0 font-medium font-mono text-sm [overflow-wrap:anywhere]">
            {plainText(item.name)}
          </span>
          <Marks item={item} isProtected={isProtected} />
          {item.reason !== undefined && (
            <span className="text-muted text-sm">because {plainText(item.reason)}</span>
          )}
        </span>
      </Toggle>
      <LinkButton item={item} />
    </div>
  )
}

function Marks({ item, isProtected }: { item: PlanItem; isProtected: boolean }) {
  const { previousAddress, importId, deposed, createsFirst, action, rawAction, section } = item
  return (
    <>
      {isProtected && (
        <Badge tone="alarm">
          <ShieldAlert aria-hidden className="size-3" /> protected
        </Badge>
      )}
      {createsFirst && <Badge>the new one comes first</Badge>}
      {deposed !== undefined && <Badge tone="warn">left over ({oneLine(deposed, 12)})</Badge>}
      {previousAddress !== undefined && (
        <span className="text-info text-sm">
          moved from <code className="[overflow-wrap:anywhere]">{plainText(previousAddress)}</code>
        </span>
      )}
      {importId !== undefined && (
        <span className="text-info text-sm">
          imported by the id <code className="[overflow-wrap:anywhere]">{plainText(importId)}</code>
        </span>
      )}
      {section === 'checks' && <Badge tone="warn">{oneLine(rawAction, 20)}</Badge>}
      {action === 'unclear' && section !== 'checks' && (
        <span className="text-danger text-sm">
          Terraform calls it “{plainText(rawAction)}”, which this version does not know
        </span>
      )}
    </>
  )
}

/** The address of a resource in this page. */
function resourceHash(address: string): string {
  return `resource=${encodeURIComponent(address)}`
}

function LinkButton({ item }: { item: PlanItem }) {
  const copy = async () => {
    const link = new URL(location.href)
    link.hash = resourceHash(item.address)
    try {
      await navigator.clipboard.writeText(link.href)
      announce('The link is copied.')
    } catch {
      location.hash = link.hash
    }
  }
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={`Copy a link to ${plainText(item.address)}`}
      title="Copy a link to this resource"
      className="absolute top-1 right-1.5 rounded p-1.5 text-faint opacity-0 hover:bg-hover hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100"
    >
      <Link2 aria-hidden className="size-3.5" />
    </button>
  )
}
