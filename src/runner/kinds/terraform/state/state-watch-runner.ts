import { type FSWatcher, watch } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { LiveState } from '../../../state/live-state.ts'

const pollInterval = 1000
const tornPause = 20
// Then the file is not being written but broken: the poll looks again.
const mostTorn = 50

/** Follows a state file that Terraform rewrites in place, so that half of all reads are torn. */
export class StateWatch {
  readonly #file: string
  readonly #live: LiveState
  #watcher: FSWatcher | undefined
  readonly #timer: NodeJS.Timeout
  #reading: Promise<void> | undefined
  #again = false
  #stopped = false
  #last = ''

  constructor(file: string, live: LiveState) {
    this.#file = file
    this.#live = live
    this.#timer = setInterval(() => this.#look(), pollInterval)
    try {
      this.#watcher = watch(path.dirname(file), (_event, name) => {
        if (name === null || name === path.basename(file)) this.#look()
      })
      // Without inotify (too many watches, a network file system) the poll goes on alone.
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      this.#watcher = undefined
    }
  }

  /** Stops following; what is being read is read to its end. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    this.#watcher?.close()
    await this.#reading
  }

  #look(): void {
    this.#again = true
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
  }

  async #read(): Promise<void> {
    for (let torn = 0; this.#again && !this.#stopped && torn < mostTorn; ) {
      this.#again = false
      const version = await versionOf(this.#file)
      if (version === undefined || version === this.#last) continue
      const bytes = await readFile(this.#file).catch(() => undefined)
      if (bytes !== undefined && this.#live.offer(bytes)) {
        this.#last = version
        continue
      }
      torn += 1
      await new Promise((resolve) => setTimeout(resolve, tornPause))
      this.#again = true
    }
  }
}

async function versionOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  return found && `${found.ino} ${found.size} ${found.mtimeNs}`
}
