import { useQuery } from '@tanstack/react-query'
import { Variable as VariableIcon } from 'lucide-react'
import type { EffectiveVariable } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { effectiveVariablesQuery } from './variable-queries.ts'
import { kindWords } from './variable-words.ts'

/** What the runs of a workspace are given, from which place each comes, and what it hides. */
export function EffectiveVariables({ project, workspace }: { project: string; workspace: string }) {
  const query = useQuery(effectiveVariablesQuery(project, workspace))
  const edit = (
    <Link
      className="underline"
      to="/projects/$project"
      params={{ project }}
      search={{ tab: 'variables' }}
    >
      Variables of {project}
    </Link>
  )
  return (
    <Loaded query={query}>
      {(all) =>
        all.length === 0 ? (
          <Empty
            title="No variables"
            icon={<VariableIcon aria-hidden className="size-6" />}
            action={edit}
          >
            The runs of this workspace are given nothing but what the manifest says. Set variables
            for the project, its environment, its component, or just here.
          </Empty>
        ) : (
          <div className="flex flex-col gap-3">
            <p className="max-w-prose text-muted">
              What counts here of all that is set. To set and remove: {edit}.
            </p>
            <Table
              stacks
              label="Variables"
              columns={['Name', 'Kind', 'From', 'Hides', 'Given to', 'Set']}
            >
              {all.map((variable) => (
                <EffectiveRow key={variable.id} variable={variable} />
              ))}
            </Table>
          </div>
        )
      }
    </Loaded>
  )
}

function EffectiveRow({ variable }: { variable: EffectiveVariable }) {
  const { name, kind, from, hidden, hiddenBy, phases, updatedAt, updatedBy } = variable
  return (
    <tr className={hiddenBy === undefined ? undefined : 'text-muted'}>
      <Cell>
        <Mono className="font-medium">{name}</Mono>
        {hiddenBy === 'manifest' && (
          <span className="ml-2">
            <Badge tone="warn">the manifest's own value counts</Badge>
          </span>
        )}
      </Cell>
      <Cell className="whitespace-nowrap">{kindWords[kind]}</Cell>
      <Cell className="whitespace-nowrap">{from}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        {hidden.map((one) => one.from).join(', ') || '–'}
      </Cell>
      <Cell className="whitespace-nowrap">{phases.join(' and ')}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={updatedAt} /> by {updatedBy}
      </Cell>
    </tr>
  )
}
