// A command in its own process: opens the database, says so, and releases it when it is told to.
import { Client } from 'pg'
import { AppError } from '../../src/platform/errors.ts'
import { openEmbedded } from '../../src/platform/postgres/embedded.ts'

const { options, connect } = JSON.parse(process.argv[2] ?? '{}')

function say(message: object): void {
  process.send?.(message)
}

try {
  if (connect === undefined) {
    const database = await openEmbedded({ ...options, uid: process.getuid?.() ?? 0 })
    process.on('message', async () => {
      await database.release()
      say({ kind: 'released' })
      process.disconnect()
    })
    say({ kind: 'open', url: database.url })
  } else {
    const client = new Client({ connectionString: connect })
    await client.connect()
    await client.end()
    say({ kind: 'open', url: connect })
    process.disconnect()
  }
} catch (error) {
  say({
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
    next: error instanceof AppError ? error.next : undefined,
  })
  process.disconnect()
}
