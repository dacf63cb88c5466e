import { unavailable } from '../errors.ts'

/**
 * The result of `work`, or a refusal when it takes longer. The work itself goes on: it must be safe
 * to ask for it again.
 * @throws AppError `unavailable` past the deadline
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          unavailable(`there was no answer within ${milliseconds / 1000} seconds`, {
            next: 'Try again: a request that was carried out meanwhile is not carried out twice.',
          }),
        ),
      milliseconds,
    )
  })
  try {
    return await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
  }
}
