import { LogAssembler, type LogLine, lineText, type Phase, type Piece } from './log-lines.ts'

/** Where a phase begins. */
export interface PhaseStart {
  readonly phase: Phase
  readonly line: number
  readonly at: string
}

/** What is shown of a log at a moment; a new one for every change. */
export interface LogView {
  readonly count: number
  readonly phases: readonly PhaseStart[]
  readonly isOver: boolean
}

/** The lines of a log, outside of React: pieces come much faster than a page needs to be drawn. */
export class LogBuffer {
  readonly #assembler = new LogAssembler()
  readonly #phases: PhaseStart[] = []
  readonly #readers = new Set<() => void>()
  #view: LogView = { count: 0, phases: [], isOver: false }
  #isOver = false
  #drawing: ReturnType<typeof setTimeout> | undefined

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  readonly view = (): LogView => this.#view

  line(index: number): LogLine | undefined {
    return this.#assembler.line(index)
  }

  /** Lines that will not change any more. */
  get finished(): number {
    return this.#assembler.finished
  }

  push(piece: Piece): void {
    const before = this.#assembler.count
    const isNew = this.#phases.at(-1)?.phase !== piece.phase
    this.#assembler.push(piece)
    if (isNew) this.#phases.push({ phase: piece.phase, line: before, at: piece.at })
    this.#drawSoon()
  }

  end(): void {
    this.#assembler.end()
    this.#isOver = true
    this.#drawSoon()
  }

  /** Everything as plain text, without colours. */
  text(): string {
    const { count } = this.#assembler
    const lines = Array.from({ length: count }, (_, index) => this.line(index))
    return lines.map((line) => (line ? lineText(line) : '')).join('\n')
  }

  /** At most some twenty times in a second; a timer, because frames stop in a page that nobody sees. */
  #drawSoon(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined
      this.#view = {
        count: this.#assembler.count,
        phases: [...this.#phases],
        isOver: this.#isOver,
      }
      for (const reader of this.#readers) reader()
    }, 50)
  }
}
