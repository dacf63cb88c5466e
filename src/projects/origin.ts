import path from 'node:path'

const defaultPorts: Readonly<Record<string, string>> = {
  'ssh:': '22',
  'git:': '9418',
  'http:': '80',
  'https:': '443',
}

/**
 * A git remote's address reduced to what names the repository, so that clones over SSH and HTTPS
 * are the same: `git@GitHub.com:shop/infra.git` and `https://token@github.com/shop/infra` are both
 * `github.com/shop/infra`. User and password never stay in it.
 */
export function normaliseOrigin(address: string, base: string): string | undefined {
  const text = address.trim()
  if (text === '') return undefined
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return fromUrl(text, base)
  const scp = /^(?:[^@/]*@)?(\[[^\]]+\]|[^/:]+):(.*)$/.exec(text)
  if (scp?.[1] !== undefined && scp[2] !== undefined) {
    return join(scp[1].toLowerCase(), scp[2])
  }
  return `file://${path.resolve(base, text)}`
}

function fromUrl(text: string, base: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return undefined
  if (url.protocol === 'file:') return `file://${path.resolve(base, decode(url.pathname))}`
  const port = url.port === '' || url.port === defaultPorts[url.protocol] ? '' : `:${url.port}`
  return join(`${url.hostname.toLowerCase()}${port}`, decode(url.pathname))
}

function join(host: string, location: string): string {
  const trimmed = location.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  return `${host}/${trimmed}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The last path segment of an origin. */
export function lastSegment(origin: string): string {
  return path.posix.basename(origin).replace(/\.git$/, '')
}
