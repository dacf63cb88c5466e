import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleHelp, CircleX, PlugZap } from 'lucide-react'
import { api, json, segment } from '../../../lib/api.ts'
import type { ForgeVerdict } from '../../../lib/types.ts'
import { Button } from '../../../ui/button.tsx'
import { LongText } from '../../../ui/long-text.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import type { HostProps } from './to-paste.tsx'

type Check = ForgeVerdict['checks'][number]

const looks = {
  works: { Icon: CircleCheck, tone: 'text-ok', word: 'Works' },
  fails: { Icon: CircleX, tone: 'text-danger', word: 'Fails' },
  unknown: { Icon: CircleHelp, tone: 'text-muted', word: 'Unknown' },
} as const satisfies Record<Check['verdict'], unknown>

const names: Readonly<Record<Check['name'], string>> = {
  credentials: 'Credentials',
  repository: 'Repository',
  comments: 'Comments',
  statuses: 'Commit statuses',
  webhook: 'Webhook',
  merge: 'Merging',
}

/** Asks the host what of the set-up works; nothing is changed there. */
export function TestHost({ project }: HostProps) {
  const test = useMutation({
    mutationFn: async (): Promise<ForgeVerdict> =>
      json(api.projects[':project'].forge.test.$post({ param: { project: segment(project) } })),
  })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look="primary"
          icon={<PlugZap aria-hidden className="size-3.5" />}
          busy={test.isPending}
          onClick={() => test.mutate()}
        >
          Test
        </Button>
        <span className="text-muted">Asks the host; nothing is changed there.</span>
      </div>
      {test.error !== null && (
        <ErrorState as="box" title="The host could not be asked" error={test.error} />
      )}
      {test.data !== undefined && <Verdict verdict={test.data} />}
    </div>
  )
}

function Verdict({ verdict: { works, checks } }: { verdict: ForgeVerdict }) {
  return (
    <div role="status">
      <p className={works ? 'mb-2 font-semibold text-ok' : 'mb-2 font-semibold text-danger'}>
        {works ? 'The host is well set up.' : 'Something of the set-up does not work.'}
      </p>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </div>
  )
}

function CheckRow({ check: { name, verdict, sentence, next } }: { check: Check }) {
  const { Icon, tone, word } = looks[verdict]
  return (
    <li className="flex items-start gap-2.5 px-3 py-2">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          <span className="font-medium">{names[name]}</span>{' '}
          <span className={`text-sm ${tone}`}>{word}</span>
        </p>
        <p>
          <LongText text={sentence} />
        </p>
        {next !== undefined && (
          <p className="text-muted">
            <LongText text={next} />
          </p>
        )}
      </div>
    </li>
  )
}
