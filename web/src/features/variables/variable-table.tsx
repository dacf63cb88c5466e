import { PencilLine, Trash2 } from 'lucide-react'
import type { Variable } from '../../lib/types.ts'
import { IconButton } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { kindWords, phaseWords } from './variable-words.ts'

export interface VariableTableProps {
  readonly place: string
  readonly variables: readonly Variable[]
  readonly mayWrite: (variable: Variable) => boolean
  readonly onSet: (variable: Variable) => void
  readonly onRemove: (variable: Variable) => void
}

/** The variables of one place. */
export function VariableTable({ place, variables, ...rest }: VariableTableProps) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold first-letter:uppercase">{place}</h3>
      <Table
        label={`Variables of ${place}`}
        columns={['Name', 'Value', 'Kind', 'Given to', 'Set', '']}
      >
        {variables.map((variable) => (
          <VariableRow key={variable.id} variable={variable} {...rest} />
        ))}
      </Table>
    </section>
  )
}

type VariableRowProps = Omit<VariableTableProps, 'place' | 'variables'> & {
  readonly variable: Variable
}

function VariableRow({ variable, mayWrite, onSet, onRemove }: VariableRowProps) {
  return (
    <tr>
      <Cell className="w-2/5">
        <Mono className="font-medium">{variable.name}</Mono>
      </Cell>
      <Cell className="whitespace-nowrap text-muted">
        <span aria-hidden>••••••</span>
        <span className="sr-only">hidden</span>
      </Cell>
      <Cell className="whitespace-nowrap">{kindWords[variable.kind]}</Cell>
      <Cell className="whitespace-nowrap">{phaseWords[variable.phase]}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={variable.updatedAt} /> by {variable.updatedBy}
      </Cell>
      <Cell className="w-20">
        {mayWrite(variable) && (
          <span className="flex justify-end">
            <IconButton
              size="small"
              label={`Set ${variable.name} anew`}
              onClick={() => onSet(variable)}
            >
              <PencilLine aria-hidden className="size-3.5" />
            </IconButton>
            <IconButton
              size="small"
              label={`Remove ${variable.name}`}
              onClick={() => onRemove(variable)}
            >
              <Trash2 aria-hidden className="size-3.5" />
            </IconButton>
          </span>
        )}
      </Cell>
    </tr>
  )
}
