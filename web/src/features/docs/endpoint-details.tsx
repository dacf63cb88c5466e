import type { ReactNode } from 'react'
import { permissionWords } from '../../lib/permission-words.ts'
import { CopyButton, Mono } from '../../ui/copyable.tsx'
import { curlOf } from './curl.ts'
import { type Answer, type Endpoint, mediaOf, type Parameter } from './open-api.ts'
import { type Resolve, typeWords } from './schema.ts'
import { SchemaView } from './schema-view.tsx'

interface EndpointDetailsProps {
  readonly endpoint: Endpoint
  readonly resolve: Resolve
}

/** Who may call it, what goes in, what comes out, and how to call it. */
export function EndpointDetails({ endpoint, resolve }: EndpointDetailsProps) {
  const { operation } = endpoint
  const body = mediaOf(operation.requestBody?.content)
  const curl = curlOf(endpoint, resolve)
  return (
    <div className="flex flex-col gap-4 border-line border-t px-4 py-3">
      <div>
        {operation.description !== undefined && <p>{operation.description}</p>}
        <p className="text-muted">
          {demandWords(operation['x-demands'] ?? '', operation['x-on'] ?? '')}
        </p>
      </div>
      {operation.parameters !== undefined && operation.parameters.length > 0 && (
        <Part title="Parameters">
          <Parameters parameters={operation.parameters} />
        </Part>
      )}
      {body?.schema !== undefined && (
        <Part title={`Body: ${body.media}`}>
          <SchemaView schema={body.schema} resolve={resolve} />
        </Part>
      )}
      <Answers answers={operation.responses ?? {}} resolve={resolve} />
      <Part title="Example" action={<CopyButton value={curl} what="command" />}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken px-3 py-2 text-sm">
          {curl}
        </pre>
      </Part>
    </div>
  )
}

function Part(props: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1.5 flex items-center gap-1 font-semibold">
        {props.title}
        {props.action}
      </h3>
      {props.children}
    </div>
  )
}

const places: Readonly<Record<string, string>> = {
  server: 'on the whole server',
  project: 'in the project',
  environment: 'in the environment it is about',
  somewhere: 'anywhere; what is answered is only what you may see',
}

function demandWords(demands: string, on: string): string {
  if (demands === 'nobody') return 'Open to everybody.'
  if (demands === 'signed-in') return 'For whoever is signed in.'
  const words: Readonly<Partial<Record<string, string>>> = permissionWords
  return `Needs ${demands} (to ${words[demands] ?? demands}) ${places[on] ?? ''}.`
}

function Parameters({ parameters }: { parameters: readonly Parameter[] }) {
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {parameters.map((parameter) => (
        <li key={`${parameter.in} ${parameter.name}`} className="px-3 py-1.5">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Mono className="font-semibold">{parameter.name}</Mono>
            <Mono className="min-w-0 break-words text-muted">
              {typeWords(parameter.schema ?? {})}
            </Mono>
            <span className="text-faint text-sm">
              in the {parameter.in}
              {parameter.required !== true && ', may be absent'}
            </span>
          </p>
          {(parameter.description ?? parameter.schema?.description) !== undefined && (
            <p className="text-muted text-sm">
              {parameter.description ?? parameter.schema?.description}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

/** What comes back when all is well in full; refusals, which are all alike, in a line. */
function Answers(props: { answers: Readonly<Record<string, Answer>>; resolve: Resolve }) {
  const all = Object.entries(props.answers)
  const good = all.filter(([status]) => status.startsWith('2'))
  const refusals = all.filter(([status]) => !status.startsWith('2'))
  return (
    <>
      {good.map(([status, { content }]) => {
        const answer = mediaOf(content)
        return (
          <Part
            key={status}
            title={`Answers ${status}${answer === undefined ? ', without a body' : `: ${answer.media}`}`}
          >
            {answer?.schema !== undefined && (
              <SchemaView schema={answer.schema} resolve={props.resolve} />
            )}
          </Part>
        )
      })}
      {refusals.length > 0 && (
        <Part title="Refusals">
          <ul className="text-muted">
            {refusals.map(([status, { description }]) => (
              <li key={status}>
                <Mono>{status}</Mono> {description}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  )
}
