import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import type { Served } from './services.ts'

const SOON_MILLISECONDS = 600

/** The one place where it is decided who does what a command asks for. */
export async function withServices<T>(
  call: Call<object>,
  location: Location,
  work: (served: Served) => Promise<T>,
): Promise<T> {
  const { serverUrl } = call.config
  if (serverUrl === undefined) return withDatabase(call, location, work)
  const { serve } = await import('../remote/remote-services.ts')
  return work(await serve(call, serverUrl, location))
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
    // With all that a database needs: who asks a server does not.
    const [{ withContext }, { localServices }] = await Promise.all([
      import('../../app/context.ts'),
      import('./local-services.ts'),
    ])
    return await withContext(config, location, (context) => {
      opened()
      return work({ services: localServices(context), location })
    })
  } finally {
    opened()
  }
}
