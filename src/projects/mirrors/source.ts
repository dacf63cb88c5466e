import path from 'node:path'
import { invalid } from '../../platform/errors.ts'
import { normaliseOrigin } from '../origin.ts'

/** User and password for a repository. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** Where a project is fetched from. */
export interface Source {
  /** What git is given and what is shown: holds no password, and over HTTP no user. */
  readonly address: string
  readonly transport: 'https' | 'http' | 'ssh' | 'git' | 'file'
  /** What names the repository, as for the clones of people. */
  readonly origin: string
  /** What stood before the `@`. */
  readonly login: Login | undefined
}

/** With a login for what has none of its own; SSH and files know no passwords. */
export function withLogin(source: Source, login: Login | undefined): Source {
  const { address, transport } = source
  const isSafe =
    transport === 'https' || (transport === 'http' && isHere(new URL(address).hostname))
  return isSafe && source.login === undefined ? { ...source, login } : source
}

const unfit = /[\p{Cc}\u2028\u2029\uFFFD]/u

/**
 * Reads the address of a repository. No refusal repeats what was given: it may hold a password.
 * @throws AppError `invalid`
 */
export function parseSource(given: string): Source {
  const text = given.trim()
  if (text === '') throw wrong('is empty')
  if (unfit.test(text)) throw wrong('holds control characters')
  if (text.startsWith('-')) throw wrong('begins with a dash, as an option does')
  if (/^[a-z0-9+.-]+::/i.test(text)) {
    throw wrong('has a transport before :: that would run another program')
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return fromUrl(text)
  if (path.isAbsolute(text)) return fromPath(text)
  // As it stands in a browser: github.com/shop/infra
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\/[^\s@]+$/i.test(text)) return fromUrl(`https://${text}`)
  return fromShortForm(text)
}

function fromUrl(text: string): Source {
  const url = URL.parse(text)
  if (url === null) throw wrong('cannot be read')
  if (url.search !== '' || url.hash !== '') throw wrong('has something behind a ? or #')
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      return overHttp(url)
    case 'ssh:':
    case 'git:':
      return overSsh(url)
    case 'file:':
      if (url.host !== '' && url.host !== 'localhost')
        throw wrong('names a file of another machine')
      return fromPath(decode(url.pathname))
    default:
      throw wrong(`begins with ${url.protocol}//, which is not fetched from`)
  }
}

function overHttp(url: URL): Source {
  const transport = url.protocol === 'https:' ? 'https' : 'http'
  const login =
    url.username === '' && url.password === ''
      ? undefined
      : { user: decode(url.username), password: decode(url.password) }
  if (login !== undefined && unfit.test(login.user + login.password)) {
    throw wrong('has control characters in its password')
  }
  if (login !== undefined && transport === 'http' && !isHere(url.hostname)) {
    throw wrong('would send its password unencrypted')
  }
  if (/^\/*$/.test(url.pathname)) throw wrong('names a server, but no repository')
  return sourceOf(`${url.protocol}//${url.host}${url.pathname}`, transport, login)
}

function overSsh(url: URL): Source {
  if (url.password !== '') {
    throw wrong('has a password, which SSH cannot be given', {
      next: 'Give the user that the server runs as an SSH key, and the repository its public half as a deploy key.',
    })
  }
  const user = decode(url.username)
  refuseOption(user, decode(url.hostname))
  if (/^\/*$/.test(url.pathname)) throw wrong('names a server, but no repository')
  if (url.protocol === 'git:') {
    if (user !== '') throw wrong('has a user, which git:// does not know')
    return sourceOf(`git://${url.host}${url.pathname}`, 'git', undefined)
  }
  const before = user === '' ? '' : `${url.username}@`
  return sourceOf(`ssh://${before}${url.host}${url.pathname}`, 'ssh', undefined)
}

/** `git@github.com:shop/infra.git` */
function fromShortForm(text: string): Source {
  const found = /^(?:(?<user>[^@/:\s]+)@)?(?<host>\[[^\]\s]+\]|[^/:@\s]+):(?<place>[^\s].*)$/.exec(
    text,
  )
  const { user = '', host = '', place = '' } = found?.groups ?? {}
  if (found === null) throw wrong('is neither an address nor an absolute path')
  refuseOption(user, host)
  refuseOption(place)
  return sourceOf(text, 'ssh', undefined)
}

function fromPath(text: string): Source {
  if (unfit.test(text)) throw wrong('holds control characters')
  return sourceOf(path.resolve(text), 'file', undefined)
}

function sourceOf(
  address: string,
  transport: Source['transport'],
  login: Login | undefined,
): Source {
  const origin = normaliseOrigin(address, '/')
  if (origin === undefined) throw wrong('cannot be read')
  return { address, transport, origin, login }
}

/** Programs on the way would take it for an option. */
function refuseOption(...parts: readonly string[]): void {
  for (const part of parts) {
    if (part.startsWith('-') || unfit.test(part)) throw wrong('has a part that begins with a dash')
  }
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function wrong(
  what: string,
  {
    next = 'Write it like https://github.com/shop/infra.git, git@github.com:shop/infra.git or /srv/git/infra.git',
  } = {},
) {
  return invalid(`the address of the repository ${what}`, { next })
}
