import { type Context, withContext } from '../../app/context.ts'
import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'

const SOON_MILLISECONDS = 600

/** The first command makes and starts the database: a person who waits is told so. */
export async function withDatabase<T>(
  { config, terminal }: Call<object>,
  location: Location,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const sentence = terminal.style.dim(`Opening the database of ${location.project} …`)
  const timer = setTimeout(() => terminal.live.paint([sentence]), SOON_MILLISECONDS)
  const opened = () => {
    clearTimeout(timer)
    terminal.live.clear()
  }
  try {
    return await withContext(config, location, (context) => {
      opened()
      return work(context)
    })
  } finally {
    opened()
  }
}
