import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type NoteValue, textOf } from './value.ts'

/** The real world of the test provider: a directory with one JSON file for each note. */
export interface Notes {
  read(id: string): NoteValue
  /** Writes a note, under a new id when it has none, and returns what stands there now. */
  write(note: Exclude<NoteValue, null>): NoteValue
  remove(id: string): void
}

export function openNotes(directory: string): Notes {
  const fileOf = (id: string) => path.join(directory, `${path.basename(id)}.json`)
  return {
    read(id) {
      const text = readIfThere(fileOf(id))
      return text === undefined ? null : toNote(id, JSON.parse(text))
    },
    write(note) {
      const id = typeof note['id'] === 'string' ? note['id'] : randomUUID()
      const size = note['size'] === null ? null : textOf(note['size'])
      const content = { title: note['title'], body: note['body'], size }
      mkdirSync(directory, { recursive: true })
      writeFileSync(fileOf(id), `${JSON.stringify(content)}\n`)
      return { ...note, id }
    },
    remove(id) {
      rmSync(fileOf(id), { force: true })
    },
  }
}

/** The size is kept as text, and Terraform takes a number as text: no digit of a big one is lost. */
function toNote(
  id: string,
  content: { title?: unknown; body?: unknown; size?: unknown },
): NoteValue {
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return { id, title: text(content.title), body: text(content.body), size: text(content.size) }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
