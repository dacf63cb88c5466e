import { PencilLine, Trash2 } from 'lucide-react'
import { Fragment } from 'react'
import type { Variable } from '../../lib/types.ts'
import { IconButton } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { byPlace, kindWords, phaseWords } from './variable-words.ts'

export interface VariableTableProps {
  readonly variables: readonly Variable[]
  readonly mayWrite: (variable: Variable) => boolean
  readonly onSet: (variable: Variable) => void
  readonly onRemove: (variable: Variable) => void
}

/** Variables by where they count, the widest first: what hides another one stands below it. */
export function VariableTable({ variables, ...rest }: VariableTableProps) {
  return (
    <Table stacks label="Variables" columns={['Name', 'Kind', 'Given to', 'Set', '']}>
      {[...byPlace(variables)].map(([place, all]) => (
        <Fragment key={place}>
          <tr>
            <th
              colSpan={5}
              scope="colgroup"
              className="bg-canvas px-3 py-1.5 text-left font-semibold text-sm"
            >
              {place}
            </th>
          </tr>
          {all.map((variable) => (
            <VariableRow key={variable.id} variable={variable} {...rest} />
          ))}
        </Fragment>
      ))}
    </Table>
  )
}

type VariableRowProps = Omit<VariableTableProps, 'variables'> & { readonly variable: Variable }

function VariableRow({ variable, mayWrite, onSet, onRemove }: VariableRowProps) {
  return (
    <tr>
      <Cell className="w-2/5 pl-6">
        <Mono className="font-medium">{variable.name}</Mono>
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
