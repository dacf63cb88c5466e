import { StringDecoder } from 'node:string_decoder'
import { invalid } from '../platform/errors.ts'
import type { Terminal } from './terminal.ts'

/** Bytes of a value that is read; a server takes less. */
const MOST = 1024 * 1024

/**
 * Reads a secret: all of standard input without the newline at its end, or one line that a person types
 * without seeing it.
 * @throws AppError `invalid` when nobody is there who could type it
 */
export async function readSecret(terminal: Terminal, question: string): Promise<string> {
  const { stdin } = process
  if (stdin.isTTY !== true) return readAll(stdin)
  if (!terminal.interactive) {
    throw noValue()
  }
  process.stdout.write(question)
  stdin.setRawMode(true)
  try {
    return await readUnseen(stdin)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    process.stdout.write('\n')
  }
}

function noValue() {
  return invalid('there is no value on standard input', {
    next: 'Pipe it in, as in: … < FILE',
  })
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST) throw invalid('the value on standard input is longer than 1 MiB')
    chunks.push(bytes)
  }
  if (size === 0) throw noValue()
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

const ENTER = /[\r\n]/
const ERASE = /[\b\x7f]/
const INTERRUPT = '\x03'
const END = '\x04'

/** One line from a terminal that neither shows nor edits what is typed. */
function readUnseen(stdin: NodeJS.ReadStream): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let typed: readonly string[] = []
  return new Promise((resolve, reject) => {
    const stop = () => {
      stdin.off('data', onData)
      stdin.off('end', onEnd)
    }
    const onEnd = () => {
      stop()
      reject(invalid('no value was given'))
    }
    const onData = (chunk: Buffer) => {
      for (const character of decoder.write(chunk)) {
        if (character === INTERRUPT || character === END) return onEnd()
        if (ENTER.test(character)) {
          stop()
          resolve(typed.join(''))
          return
        }
        typed = ERASE.test(character) ? typed.slice(0, -1) : [...typed, character]
      }
    }
    stdin.on('data', onData)
    stdin.on('end', onEnd)
  })
}
