import { StringDecoder } from 'node:string_decoder'

export interface Line {
  readonly text: string
  /** Characters of the line beyond the maximum, which were not kept. */
  readonly dropped: number
}

/** Cuts a stream of bytes into lines; of a longer line only the first `maximum` characters are kept. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #maximum: number
  #parts: string[] = []
  #length = 0
  #dropped = 0

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  push(chunk: Buffer): readonly Line[] {
    const text = this.#decoder.write(chunk)
    const lines: Line[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#keep(text.slice(start, end))
      lines.push(this.#take())
      start = end + 1
    }
    this.#keep(text.slice(start))
    return lines
  }

  /** The last line, if it had no end. */
  end(): readonly Line[] {
    this.#keep(this.#decoder.end())
    return this.#length + this.#dropped === 0 ? [] : [this.#take()]
  }

  #keep(text: string): void {
    const kept = text.slice(0, Math.max(0, this.#maximum - this.#length))
    if (kept !== '') this.#parts.push(kept)
    this.#length += kept.length
    this.#dropped += text.length - kept.length
  }

  #take(): Line {
    const line = { text: this.#parts.join(''), dropped: this.#dropped }
    this.#parts = []
    this.#length = 0
    this.#dropped = 0
    return line
  }
}
