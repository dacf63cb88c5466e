import { pino } from 'pino'
import { expect, test } from 'vitest'
import { conflict, unauthenticated, unavailable } from '../errors.ts'
import { problem } from './problem.ts'

function logged() {
  const lines: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  return { lines, log }
}

test('a refusal says what happened and what to do next', async () => {
  const { log, lines } = logged()

  const answer = problem(
    conflict('the state moved on', { next: 'Plan again.', details: { a: 1 } }),
    log,
  )

  expect(answer.status).toBe(409)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toEqual({
    title: 'Conflict',
    status: 409,
    code: 'conflict',
    detail: 'the state moved on',
    next: 'Plan again.',
    details: { a: 1 },
  })
  expect(lines).toEqual([])
})

test('a bug is logged whole and shown as an internal error with its id', async () => {
  const { log, lines } = logged()

  const answer = problem(new TypeError('undefined is not the secret'), log)

  const body = await answer.text()
  expect(answer.status).toBe(500)
  expect(body).not.toContain('secret')
  expect(lines).toMatchObject([
    { err: { message: 'undefined is not the secret', stack: expect.any(String) } },
  ])
  expect(body).toContain(String(lines[0]?.['errorId']))
})

test.for([
  Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('connect'), { code: 'ENOENT', syscall: 'connect' }),
  Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
  Object.assign(new Error('terminating connection'), { code: '57P01' }),
  Object.assign(new Error('no space left on device'), { code: '53100' }),
  new Error('Connection terminated unexpectedly'),
])('a database that is away is trouble that passes: $message', (error) => {
  const { log, lines } = logged()

  const answer = problem(error, log)

  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(lines).toMatchObject([{ err: { message: error.message } }])
})

test.for([
  Object.assign(new Error('duplicate key'), { code: '23505' }),
  Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }),
])('other trouble is a bug: $message', (error) => {
  expect(problem(error, logged().log).status).toBe(500)
})

test('who is not known is told how to say it, without a window of the browser', () => {
  const answer = problem(unauthenticated('who is there'), logged().log)

  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
})

test('every answer has its length', async () => {
  const answer = problem(unavailable('später'), logged().log)

  const length = (await answer.clone().arrayBuffer()).byteLength
  expect(answer.headers.get('content-length')).toBe(String(length))
})
