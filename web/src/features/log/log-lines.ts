import { LogRow, type Span } from './log-row.ts'
import { plainText } from './plain-text.ts'

export type Phase = 'plan' | 'apply'

export interface Piece {
  readonly phase: Phase
  readonly text: string
  readonly at: string
}

export interface LogLine {
  readonly spans: readonly Span[]
  readonly phase: Phase
  /** When the piece came in which it begins. */
  readonly at: string
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control sequences are what is read
/** `CSI … letter`: colours, and what moves or erases. */
const command = /(?:\u001b\[|\u009b)([0-?]{0,64})([ -/]{0,8})([@-~])/y
/** A text for the terminal itself, with its end: a title, a link, a device's command. */
const message =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]{0,4096}(?:\u0007|\u001b\\|\u009c)/y
/** What could still become one of these when more comes. */
const beginning =
  /(?:\u001b|(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,8}|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]{0,4096}\u001b?|\u001b[ -/]{0,8}|[\ud800-\udbff])$/y
/** Any other escape. */
const otherEscape = /\u001b(?:[ -/]{0,8}[0-~])?/y
const ordinary =
  /[^\u0000-\u0008\u000a-\u001f\u007f-\u009f\ud800-\udbff]+|[\ud800-\udbff][\udc00-\udfff]?/y
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above

const MOST_PARAMETERS = 200

/**
 * Puts pieces of output together to lines as a terminal shows them: colours are kept, carriage returns write over the
 * line, everything else that steers a terminal is left out. Where the pieces are cut does not matter.
 */
export class LogAssembler {
  readonly #done: LogLine[] = []
  #row = new LogRow()
  /** The row begins with what is to come. */
  #isFresh = true
  #phase: Phase = 'plan'
  #at = ''
  #sgr = ''
  /** The beginning of an escape whose end is to come. */
  #held = ''

  /** Lines so far, also the one that has no end yet. */
  get count(): number {
    return this.#done.length + (this.#isFresh ? 0 : 1)
  }

  line(index: number): LogLine | undefined {
    if (index < this.#done.length) return this.#done[index]
    if (index > this.#done.length || this.#isFresh) return undefined
    return { spans: this.#row.spans, phase: this.#phase, at: this.#at }
  }

  /** Lines that will not change any more. */
  get finished(): number {
    return this.#done.length
  }

  push({ phase, text, at }: Piece): void {
    if (phase !== this.#phase) this.#begin(phase)
    const all = this.#held + text
    this.#held = ''
    let from = 0
    while (from < all.length) from = this.#read(all, from, at)
  }

  /** Nothing more comes: what was held back is shown. */
  end(): void {
    const held = this.#held
    this.#held = ''
    if (held.length > 0) this.#write(held, this.#at)
  }

  #begin(phase: Phase): void {
    this.end()
    if (!this.#isFresh) this.#finish()
    this.#phase = phase
    this.#sgr = ''
  }

  /** Reads one thing at a place. @returns where the next one begins */
  #read(all: string, from: number, at: string): number {
    const text = matched(ordinary, all, from)
    const isHalf = text !== undefined && /^[\ud800-\udbff]$/.test(text[0])
    if (text && !(isHalf && from + 1 === all.length)) {
      this.#write(text[0], at)
      return ordinary.lastIndex
    }
    const csi = matched(command, all, from)
    if (csi) {
      this.#command(csi[1] ?? '', csi[2] ?? '', csi[3] ?? '')
      return command.lastIndex
    }
    if (matched(message, all, from)) return message.lastIndex
    if (matched(beginning, all, from)) {
      this.#held = all.slice(from)
      return all.length
    }
    if (matched(otherEscape, all, from)) return otherEscape.lastIndex
    this.#control(all[from] ?? '', at)
    return from + 1
  }

  #write(text: string, at: string): void {
    this.#start(at)
    this.#row.write(plainText(text), this.#sgr)
  }

  #start(at: string): void {
    if (!this.#isFresh) return
    this.#isFresh = false
    this.#at = at
  }

  #control(character: string, at: string): void {
    if (character === '\n') {
      this.#start(at)
      this.#finish()
    } else if (character === '\r') this.#row.toStart()
    else if (character === '\b') this.#row.back()
  }

  #finish(): void {
    this.#done.push({ spans: this.#row.spans, phase: this.#phase, at: this.#at })
    this.#row = new LogRow()
    this.#isFresh = true
  }

  #command(parameters: string, intermediate: string, letter: string): void {
    if (intermediate !== '' || !/^[\d;:]*$/.test(parameters)) return
    if (letter === 'K') this.#row.erase(Number(parameters) || 0)
    if (letter === 'm') this.#sgr = joined(this.#sgr, parameters)
  }
}

/** Parameters since the last reset. */
function joined(before: string, parameters: string): string {
  const added = parameters.replaceAll(':', ';')
  if (/^0*$/.test(added)) return ''
  const [, behindReset] = /^0*;(.*)$/.exec(added) ?? []
  if (behindReset !== undefined) return behindReset
  const all = before === '' ? added : `${before};${added}`
  return all.length > MOST_PARAMETERS ? added : all
}

function matched(pattern: RegExp, text: string, from: number): RegExpExecArray | undefined {
  pattern.lastIndex = from
  return pattern.exec(text) ?? undefined
}

/** What a line says, without its colours. */
export function lineText({ spans }: LogLine): string {
  const [only] = spans
  return spans.length === 1 && only ? only.text : spans.map(({ text }) => text).join('')
}
