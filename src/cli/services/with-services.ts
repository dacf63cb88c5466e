import { withContext } from '../../app/context.ts'
import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { localServices } from './local-services.ts'
import type { Served } from './services.ts'

const SOON_MILLISECONDS = 600

/** The one place where it is decided who does what a command asks for. */
export function withServices<T>(
  call: Call<object>,
  location: Location,
  work: (served: Served) => Promise<T>,
): Promise<T> {
  return withDatabase(call, location, work)
}

/** The first command makes and starts the database: a person who waits is told so. */
async function withDatabase<T>(
  { config, terminal }: Call<object>,
  location: Location,
  work: (served: Served) => Promise<T>,
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
      return work({ services: localServices(context), location })
    })
  } finally {
    opened()
  }
}
