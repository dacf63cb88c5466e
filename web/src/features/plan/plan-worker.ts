import type { DiffLine } from './diff-lines.ts'
import { detailOf, searchText } from './plan-detail.ts'
import { readPlan } from './plan-json.ts'
import { type Entries, outlinePlan, type PlanOutline } from './plan-model.ts'

/** What the page asks. A plan of 10,000 changes is read and compared here, not where it would stop the page. */
export type Question =
  | { readonly kind: 'open'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'details'; readonly ids: readonly string[] }
  | { readonly kind: 'search'; readonly words: readonly string[] }

export interface Answers {
  readonly open: PlanOutline
  readonly details: readonly (readonly [id: string, lines: readonly DiffLine[]])[]
  readonly search: readonly string[]
}

export type Reply =
  | { readonly number: number; readonly answer: Answers[keyof Answers] }
  | { readonly number: number; readonly failure: string }

let entries: Entries = new Map()
const texts = new Map<string, string>()

function answerTo(question: Question): Answers[keyof Answers] {
  switch (question.kind) {
    case 'open': {
      const opened = outlinePlan(readPlan(new TextDecoder().decode(question.bytes)))
      entries = opened.entries
      return opened.outline
    }
    case 'details':
      return question.ids.flatMap((id) => {
        const entry = entries.get(id)
        return entry ? [[id, detailOf(entry)] as const] : []
      })
    case 'search':
      return [...entries.keys()].filter((id) => {
        const text = textOf(id)
        return question.words.every((word) => text.includes(word))
      })
  }
}

function textOf(id: string): string {
  const known = texts.get(id)
  if (known !== undefined) return known
  const entry = entries.get(id)
  const text = entry ? searchText(entry) : ''
  texts.set(id, text)
  return text
}

self.addEventListener(
  'message',
  ({ data }: MessageEvent<{ readonly number: number; readonly question: Question }>) => {
    const { number, question } = data
    try {
      const reply: Reply = { number, answer: answerTo(question) }
      self.postMessage(reply)
    } catch (error) {
      const failure = error instanceof SyntaxError ? 'the plan is not JSON' : String(error)
      self.postMessage({ number, failure } satisfies Reply)
    }
  },
)
