import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { drip } from '../../../test/support/raw-client.ts'
import { serve } from './server.ts'

const local = { host: '127.0.0.1', port: 0 }

/** An app whose `/slow` answers when it is told to. */
function slowApp() {
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const app = new Hono()
    .get('/quick', (c) => c.text('quick'))
    .get('/slow', async (c) => {
      started.resolve()
      await finish.promise
      return c.text('slow')
    })
  return { app, started: started.promise, finish: finish.resolve }
}

test('a request in progress is answered while the server closes; new ones are not taken', async () => {
  const { app, started, finish } = slowApp()
  const server = await serve(app, { ...local, drain: 600_000 })
  const answer = fetch(`${server.url}/slow`)
  await started

  const closed = server.close()
  await expect(fetch(`${server.url}/quick`)).rejects.toThrow('fetch failed')
  finish()

  expect(await (await answer).text()).toBe('slow')
  await closed
})

test('a connection that is kept alive does not hold up the end', async () => {
  const { app } = slowApp()
  const server = await serve(app, { ...local, drain: 50_000 })
  await (await fetch(`${server.url}/quick`)).text()

  await server.close()
  await server.close()
})

test('a request that does not end is cut when the time for closing is over', async () => {
  const { app, started } = slowApp()
  const server = await serve(app, { ...local, drain: 50 })
  const answer = fetch(`${server.url}/slow`)
  const failed = expect(answer).rejects.toThrow('fetch failed')
  await started

  await server.close()

  await failed
})

test('a client that sends its headers drop by drop is cut', async () => {
  const { app } = slowApp()
  const server = await serve(app, { ...local, headersTimeout: 100 })

  const ended = drip(server.url, 'GET /quick HTTP/1.1\r\nHost: a\r\nX-Slow: ')

  expect(await ended).toMatch(/^(HTTP\/1\.1 408 |$)/)
  await server.close()
})

test('a taken address is told as such', async () => {
  const { app } = slowApp()
  const server = await serve(app, local)
  const port = Number(new URL(server.url).port)

  await expect(serve(app, { ...local, port })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('something else listens there already'),
  })
  await server.close()
})
