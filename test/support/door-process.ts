import { pino } from 'pino'
import { createTokenService } from '../../src/access/index.ts'
import { openDb } from '../../src/platform/db/db.ts'
import { createProjectService } from '../../src/projects/index.ts'
import { startServer } from '../../src/server/server.ts'
import { createStateService } from '../../src/state/index.ts'

// A server with the http door as a process of its own, to be killed: DATABASE_URL and PORT; prints its address.
const db = openDb({ connectionString: process.env['DATABASE_URL'] })
const server = await startServer(
  {
    db,
    state: createStateService(db),
    projects: createProjectService(db),
    tokens: createTokenService(db),
    log: pino({ level: 'silent' }),
  },
  { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) },
)
process.stdout.write(`${server.url}\n`)
