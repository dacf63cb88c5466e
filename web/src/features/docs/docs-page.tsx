import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { FileJson } from 'lucide-react'
import { useMemo } from 'react'
import { answered, attempted } from '../../../../src/api/client/client.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { EndpointView, Method } from './endpoint-view.tsx'
import { type Endpoint, endpointsOf, matching, type OpenApiDocument } from './open-api.ts'
import { resolverOf } from './schema.ts'

/** The public API: everything that these pages and the command line do. */
export function DocsPage() {
  const document = useQuery({
    queryKey: ['openapi'],
    queryFn: async (): Promise<OpenApiDocument> => {
      const send = () => fetch('/openapi.json')
      return (await answered(await attempted(send, location.origin))).json()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <>
      <PageHeader
        title="API reference"
        actions={
          <a href="/openapi.json" className={buttonClasses()}>
            <FileJson aria-hidden className="size-4" />
            OpenAPI document
          </a>
        }
      >
        Everything that these pages and the command line do. Send a token as{' '}
        <code>Authorization: Bearer …</code>.
      </PageHeader>
      <Loaded query={document}>{(data) => <Reference document={data} />}</Loaded>
    </>
  )
}

function Reference({ document }: { document: OpenApiDocument }) {
  const { q = '' } = useSearch({ from: '/docs' })
  const { hash } = useLocation()
  const navigate = useNavigate({ from: '/docs' })
  const endpoints = useMemo(() => endpointsOf(document), [document])
  const resolve = useMemo(() => resolverOf(document), [document])
  const tags = Map.groupBy(matching(endpoints, q), ({ tag }) => tag)
  const search = (written: string) => {
    const options = { search: { q: written === '' ? undefined : written }, replace: true }
    navigate(options).catch(() => undefined)
  }
  return (
    <div className="grid gap-8 xl:grid-cols-[17rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <div className="xl:sticky xl:top-7">
          <Input
            type="search"
            aria-label="Search in the API"
            placeholder="Search: approve, state, POST …"
            defaultValue={q}
            onChange={(event) => search(event.target.value)}
          />
          <Contents tags={tags} />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-8">
        {q === '' && <Introduction text={document.info.description ?? ''} />}
        {tags.size === 0 && (
          <Empty title="Nothing is called so">Search for a path, a method or a word.</Empty>
        )}
        {[...tags].map(([tag, all]) => (
          <section key={tag} id={tag}>
            <h2 className="mb-3 font-semibold text-lg">{tag}</h2>
            <div className="flex flex-col gap-1.5">
              {all.map((endpoint) => (
                <EndpointView
                  key={endpoint.id}
                  endpoint={endpoint}
                  resolve={resolve}
                  chosen={hash === endpoint.id}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  )
}

function Contents({ tags }: { tags: ReadonlyMap<string, readonly Endpoint[]> }) {
  return (
    <nav
      aria-label="Contents"
      className="mt-4 hidden max-h-[calc(100dvh-6rem)] overflow-y-auto pb-4 xl:block"
    >
      {[...tags].map(([tag, endpoints]) => (
        <div key={tag} className="mb-4">
          <p className="mb-1 font-semibold">{tag}</p>
          <ul>
            {endpoints.map(({ id, method, operation }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  className="flex items-baseline rounded px-1 py-0.5 text-muted text-sm hover:bg-hover hover:text-ink"
                >
                  <Method method={method} />
                  <span className="min-w-0">{operation.summary}</span>
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** Paragraphs and lists, as the document has them. */
function Introduction({ text }: { text: string }) {
  const blocks = text.split(/\n{2,}/).filter((block) => block.trim() !== '')
  return (
    <div className="flex max-w-prose flex-col gap-3">
      {blocks.map((block) =>
        block.startsWith('- ') ? (
          <ul key={block} className="list-disc pl-5 text-muted">
            {block.split('\n').map((line) => (
              <li key={line}>{line.replace(/^- /, '')}</li>
            ))}
          </ul>
        ) : (
          <p key={block}>{block.replaceAll('`', '')}</p>
        ),
      )}
    </div>
  )
}
