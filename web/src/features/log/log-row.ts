/** A part of a line in one style. */
export interface Span {
  readonly text: string
  /** Parameters of SGR sequences: what `styleOf` reads. */
  readonly sgr: string
}

/** A line that is being written, as a terminal writes it: at a column, over what is there. */
export class LogRow {
  spans: Span[] = []
  /** In characters, halves of pairs together. */
  #length = 0
  #column = 0

  get isEmpty(): boolean {
    return this.spans.length === 0
  }

  write(text: string, sgr: string): void {
    if (this.#column < this.#length) {
      this.#overwrite(text, sgr)
      return
    }
    this.#append(text, sgr)
    this.#length += widthOf(text)
    this.#column = this.#length
  }

  /** What `\r` does. */
  toStart(): void {
    this.#column = 0
  }

  back(): void {
    this.#column = Math.max(0, this.#column - 1)
  }

  /** What `CSI K` does: to the end (0), from the start (1), all (2). */
  erase(what: number): void {
    const cells = this.#cells()
    if (what === 1) {
      const upTo = Math.min(this.#column + 1, cells.length)
      for (let index = 0; index < upTo; index += 1) cells[index] = { text: ' ', sgr: '' }
    }
    this.#set(what === 2 ? [] : what === 1 ? cells : cells.slice(0, this.#column))
  }

  #append(text: string, sgr: string): void {
    const last = this.spans.at(-1)
    if (last?.sgr === sgr) this.spans[this.spans.length - 1] = { text: last.text + text, sgr }
    else if (text !== '') this.spans.push({ text, sgr })
  }

  #overwrite(text: string, sgr: string): void {
    const cells = this.#cells()
    const characters = [...text]
    const written = characters.map((character) => ({ text: character, sgr }))
    cells.splice(this.#column, characters.length, ...written)
    this.#column += characters.length
    this.#set(cells)
  }

  #cells(): Span[] {
    return this.spans.flatMap(({ text, sgr }) =>
      [...text].map((character) => ({ text: character, sgr })),
    )
  }

  #set(cells: readonly Span[]): void {
    this.spans = []
    for (const { text, sgr } of cells) this.#append(text, sgr)
    this.#length = cells.length
    // A terminal's cursor stays where it was; what is then written is put behind blanks.
    while (this.#length < this.#column) {
      this.#append(' ', '')
      this.#length += 1
    }
  }
}

function widthOf(text: string): number {
  // Most text has no pairs.
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length
}
