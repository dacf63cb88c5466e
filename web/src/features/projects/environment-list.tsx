import { Layers } from 'lucide-react'
import type { Project } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Empty } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { gateSentences } from './gate-words.ts'

/** Environments in the order of promotion, with what each demands; and what they are made of. */
export function EnvironmentList({ project }: { project: Project }) {
  if (project.environments.length === 0) {
    return (
      <Empty title="No environments yet" icon={<Layers aria-hidden className="size-6" />}>
        They are read from <Mono>portolan.yaml</Mono>: name them there under{' '}
        <Mono>environments</Mono>, commit, and fetch.
      </Empty>
    )
  }
  return (
    <div className="flex flex-col gap-6">
      <ol className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {project.environments.map((environment) => (
          <li key={environment.name} className="rounded-lg border border-line bg-surface px-4 py-3">
            <h2 className="mb-1.5 flex items-center gap-2 font-semibold">
              {environment.name}
              {environment.auto && <Badge tone="info">automatic</Badge>}
            </h2>
            <Conditions sentences={gateSentences(environment)} />
          </li>
        ))}
      </ol>
      <section>
        <h2 className="mb-2 font-semibold">
          Components <span className="font-normal text-muted">in the order of what they need</span>
        </h2>
        <ul className="flex flex-wrap gap-1.5">
          {project.components.map((component) => (
            <li key={component}>
              <Mono className="rounded bg-sunken px-2 py-1">{component}</Mono>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Conditions({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) {
    return <p className="text-muted">No gate: whoever may apply, applies.</p>
  }
  return (
    <ul className="flex flex-col gap-1 text-muted">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
