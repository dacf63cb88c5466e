import { invalid } from '../../platform/errors.ts'

/** The names of a workspace, as the path of a request below `/state` gives them. */
export interface Address {
  readonly project: string
  readonly component: string
  readonly environment: string
}

// What no workspace may be called, see the projects: control characters, line separators, and what
// stands for bytes that are no UTF-8.
const unfit = /[\p{Cc}\u2028\u2029\uFFFD]/u

/** Bytes of UTF-8: together they fit into one index entry of PostgreSQL. */
const longest = { project: 200, component: 1000, environment: 200 } as const

/** A component that is written like a path, so that it is not the root module's `root`. */
const ROOT_DIRECTORY = './root'

/**
 * Reads `/state/PROJECT/COMPONENT@ENVIRONMENT` from a request's path as it was sent, without its
 * query. Percent-encoding is undone once; two names that differ never meet.
 * @throws AppError `invalid` for anything else, also for what other servers would mend: `//`, `..`,
 *   a slash at the end, an encoded slash
 */
export function parseAddress(path: string): Address {
  if (!path.startsWith('/state/')) throw unreadable('it does not begin with /state/')
  const [project = '', ...segments] = path.slice('/state/'.length).split('/').map(decode)
  const last = segments.pop()
  if (last === undefined) throw unreadable('it has no component')
  const at = last.lastIndexOf('@')
  if (at < 0) throw unreadable('it has no @ between component and environment')
  const parts = [...segments, last.slice(0, at)]
  const component = parts.join('/')
  const environment = last.slice(at + 1)
  const isRootDirectory = parts.length === 1 && component === ROOT_DIRECTORY
  if (!isRootDirectory) for (const part of parts) checkSegment(part)
  checkSegment(project)
  checkSegment(environment)
  if (/\s/u.test(environment)) throw unreadable('the environment holds a space')
  const address = { project, component, environment }
  checkLength(address)
  return address
}

/** The path of a workspace, the inverse of `parseAddress`. */
export function addressPath({ project, component, environment }: Address): string {
  const parts = component === ROOT_DIRECTORY ? [component] : component.split('/')
  const path = parts.map(encodeURIComponent).join('/')
  return `/state/${encodeURIComponent(project)}/${path}@${encodeURIComponent(environment)}`
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw unreadable('its percent-encoding is broken')
  }
}

function checkSegment(text: string): void {
  if (text === '') throw unreadable('a name in it is empty')
  if (text === '.' || text === '..') throw unreadable('a name in it is . or ..')
  if (text.includes('/')) throw unreadable('a name in it holds an encoded slash')
  if (text.includes('@')) throw unreadable('it has more than one @')
  if (unfit.test(text)) throw unreadable('it holds control characters or broken UTF-8')
}

function checkLength(address: Address): void {
  for (const name of ['project', 'component', 'environment'] as const) {
    if (Buffer.byteLength(address[name]) > longest[name]) {
      throw unreadable(`the ${name} is longer than ${longest[name]} bytes`)
    }
  }
}

function unreadable(why: string) {
  return invalid(`the address of the state cannot be read: ${why}`, {
    next: 'Use /state/PROJECT/COMPONENT@ENVIRONMENT, without anything behind it.',
  })
}
