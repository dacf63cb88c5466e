import { AppError, type ErrorCode, unavailable } from '../../platform/errors.ts'

const codes = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  423: 'locked',
  429: 'too_many',
} as const satisfies Readonly<Record<number, ErrorCode>>

/** What a server refused, as the error that it was there. */
export async function refusalOf(response: Response): Promise<AppError> {
  const text = await response.text().catch(() => '')
  const said = objectOf(text)
  const detail = textIn(said, 'detail') ?? `the server answered ${response.status}`
  const next = textIn(said, 'next')
  const details = said['details']
  return new AppError(codeOf(response.status), detail, {
    ...(next === undefined ? {} : { next }),
    ...(isObject(details) ? { details } : {}),
  })
}

/** Nobody answered at the address. */
export function unreachable(url: string, cause: unknown): AppError {
  return unavailable(`the Portolan server ${url} cannot be reached`, {
    cause,
    next: 'Check the address and the network, and try again.',
  })
}

function codeOf(status: number): ErrorCode {
  return Object.entries(codes).find(([known]) => Number(known) === status)?.[1] ?? 'unavailable'
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textIn(value: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const text = value[name]
  return typeof text === 'string' ? text : undefined
}
