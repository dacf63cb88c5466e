import type { IncomingMessage } from 'node:http'
import { invalid, tooLarge, unavailable } from '../errors.ts'

export interface BodyLimits {
  /** Bytes. */
  readonly size: number
  /** Milliseconds for the whole body; one second more for each MiB that has arrived. */
  readonly deadline: number
}

const MIB = 1024 * 1024

/**
 * Reads a request's body whole.
 * @throws AppError `too_large`, `unavailable` past the deadline, `invalid` when the client went away first
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limits.size) {
    return Promise.reject(sizeExceeded(limits))
  }
  // It ended while somebody else was asked: no event tells of it any more.
  if (request.destroyed) return Promise.reject(interrupted(request.errored))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const started = Date.now()
    let received = 0
    const fail = (error: Error) => {
      clearTimeout(timer)
      request.off('data', onData)
      request.pause()
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      received += chunk.length
      chunks.push(chunk)
      if (received > limits.size) fail(sizeExceeded(limits))
    }
    const onDeadline = () => {
      const left = limits.deadline + (received / MIB) * 1000 - (Date.now() - started)
      if (left <= 0) return fail(deadlineExceeded(limits))
      timer = setTimeout(onDeadline, left)
    }
    let timer = setTimeout(onDeadline, limits.deadline)
    request.on('data', onData)
    request.once('end', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks))
    })
    request.once('error', (error) => fail(interrupted(error)))
    request.once('close', () => fail(interrupted(request.errored)))
  })
}

function sizeExceeded(limits: BodyLimits) {
  return tooLarge(`the request is larger than the limit of ${Math.floor(limits.size / MIB)} MiB`, {
    next: 'Nothing was stored. Send less at once, or raise the limit of the server.',
  })
}

function deadlineExceeded(limits: BodyLimits) {
  return unavailable(`the request did not arrive within ${limits.deadline / 1000} seconds`, {
    next: 'Nothing was stored. Try again on a faster connection.',
  })
}

function interrupted(cause: unknown) {
  return invalid('the request ended before it was complete', {
    cause,
    next: 'Nothing was stored. Send it again.',
  })
}
