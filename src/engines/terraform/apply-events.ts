import { z } from 'zod'
import { parseExact } from './plan/exact-json.ts'

const Resource = z.object({ addr: z.string() })

const Event = z.looseObject({
  '@level': z.string(),
  '@message': z.string(),
  type: z.string().optional(),
  hook: z
    .looseObject({
      resource: Resource.optional(),
      action: z.string().optional(),
      id_key: z.string().optional(),
      id_value: z.string().optional(),
      elapsed_seconds: z.number().optional(),
      output: z.string().optional(),
    })
    .optional(),
  diagnostic: z
    .looseObject({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().optional(),
      address: z.string().optional(),
      range: z
        .looseObject({ filename: z.string(), start: z.looseObject({ line: z.number() }) })
        .optional(),
      snippet: z.looseObject({ code: z.string().optional() }).nullish(),
    })
    .optional(),
  outputs: z
    .record(
      z.string(),
      z.looseObject({ sensitive: z.boolean().optional(), value: z.unknown().optional() }),
    )
    .optional(),
})

/** What one line of `apply -json` says. */
export interface ApplyLine {
  /** For the log; undefined when the line says nothing to a person. */
  readonly text: string | undefined
  readonly progress: ApplyProgress | undefined
  /** Summary of an error. */
  readonly error: string | undefined
  /** Terraform's closing words, which it says when it came to the end of the apply. */
  readonly isSummary?: true
}

export interface ApplyProgress {
  readonly address: string
  readonly status: 'started' | 'done' | 'failed'
  readonly action: string
  readonly seconds: number | undefined
  readonly idKey: string | undefined
  readonly idValue: string | undefined
}

const statuses: Readonly<Record<string, ApplyProgress['status']>> = {
  apply_start: 'started',
  apply_complete: 'done',
  apply_errored: 'failed',
}

// Told by the plan already, or only by themselves.
const silent = new Set(['version', 'planned_change', 'resource_drift'])

/**
 * Reads one line of Terraform's machine-readable UI; whatever is none is text as it stands. Of a
 * line that was too long to keep whole, as the error of a provisioner that printed very much, only
 * the message can be told.
 * Protocol: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export function readApplyLine(line: string, isCut = false): ApplyLine {
  if (isCut && line.startsWith('{"@')) return readCutLine(line)
  const parsed = line.startsWith('{"@') ? Event.safeParse(parseJson(line)) : undefined
  if (!parsed?.success) return { text: line, progress: undefined, error: undefined }
  const event = parsed.data
  const type = event.type ?? ''
  if (type === 'diagnostic' && event.diagnostic) {
    return {
      text: diagnosticText(event.diagnostic),
      progress: undefined,
      error: event.diagnostic.severity === 'error' ? event.diagnostic.summary : undefined,
    }
  }
  return {
    text: textOf(event, type),
    progress: progressOf(event, type),
    error: undefined,
    ...(type === 'change_summary' ? { isSummary: true } : {}),
  }
}

function readCutLine(line: string): ApplyLine {
  const quoted = /"@message":("(?:[^"\\]|\\.)*")/.exec(line.slice(0, 100_000))?.[1]
  const message = quoted === undefined ? undefined : parseJson(quoted)
  if (typeof message !== 'string') return { text: line, progress: undefined, error: undefined }
  const error = /^Error: (.+)/.exec(message)?.[1]
  return { text: message, progress: undefined, error }
}

type Event = z.infer<typeof Event>

function textOf(event: Event, type: string): string | undefined {
  if (type === 'outputs') return outputsText(event.outputs ?? {})
  return silent.has(type) ? undefined : event['@message']
}

function progressOf(event: Event, type: string): ApplyProgress | undefined {
  const status = statuses[type]
  const address = event.hook?.resource?.addr
  if (status === undefined || address === undefined) return undefined
  return {
    address,
    status,
    action: event.hook?.action ?? '',
    seconds: event.hook?.elapsed_seconds,
    idKey: event.hook?.id_key,
    idValue: event.hook?.id_value,
  }
}

function diagnosticText(diagnostic: NonNullable<Event['diagnostic']>): string {
  const kind = diagnostic.severity === 'error' ? 'Error' : 'Warning'
  const { range, snippet, address, detail } = diagnostic
  const place =
    range === undefined
      ? undefined
      : `  on ${range.filename} line ${range.start.line}:${snippet?.code ? `\n    ${snippet.code}` : ''}`
  const parts = [`${kind}: ${diagnostic.summary}`, address && `  with ${address}`, place, detail]
  return `\n${parts.filter((part) => part !== undefined && part !== '').join('\n')}\n`
}

function outputsText(outputs: NonNullable<Event['outputs']>): string | undefined {
  const lines = Object.entries(outputs).map(([name, output]) =>
    output.sensitive === true
      ? `${name} = <sensitive>`
      : `${name} = ${JSON.stringify(output.value)}`,
  )
  return lines.length === 0 ? undefined : `\nOutputs:\n\n${lines.join('\n')}`
}

function parseJson(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}
