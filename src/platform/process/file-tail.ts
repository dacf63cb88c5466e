import { type FileHandle, open } from 'node:fs/promises'

const interval = 20

/** Reads a file while it grows, in order and to its end. */
export class FileTail {
  readonly #file: FileHandle
  readonly #onChunk: (chunk: Buffer) => void | Promise<void>
  readonly #buffer = Buffer.alloc(256 * 1024)
  #position = 0
  #ended = false
  #wake = () => {}
  readonly #following: Promise<void>

  private constructor(file: FileHandle, onChunk: (chunk: Buffer) => void | Promise<void>) {
    this.#file = file
    this.#onChunk = onChunk
    this.#following = this.#follow()
    this.#following.catch(() => {}) // Seen by who calls `end`.
  }

  static async start(
    path: string,
    onChunk: (chunk: Buffer) => void | Promise<void>,
  ): Promise<FileTail> {
    return new FileTail(await open(path, 'r'), onChunk)
  }

  /** To be called when nobody writes any more: reads the rest. */
  async end(): Promise<void> {
    this.#ended = true
    this.#wake()
    try {
      await this.#following
    } finally {
      await this.#file.close()
    }
  }

  async #follow(): Promise<void> {
    for (;;) {
      const last = this.#ended
      await this.#readOn()
      if (last) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, interval).unref()
      })
    }
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const { bytesRead } = await this.#file.read(
        this.#buffer,
        0,
        this.#buffer.length,
        this.#position,
      )
      if (bytesRead === 0) return
      this.#position += bytesRead
      await this.#onChunk(Buffer.from(this.#buffer.subarray(0, bytesRead)))
    }
  }
}
