/** Milliseconds between looks whether the server is there again. */
const pause = 1000

/**
 * Loads a part of the program. If nobody answers, the server is being restarted: what is shown stays until it
 * is there again. Only then the failure is told: the router loads the page anew, and with it what is deployed now.
 */
export function patiently<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return async () => {
    try {
      return await load()
    } catch (error) {
      while (!(await isReachable())) await new Promise((resolve) => setTimeout(resolve, pause))
      throw error
    }
  }
}

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch('/theme.js', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}
