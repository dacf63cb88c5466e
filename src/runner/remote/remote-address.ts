import { invalid } from '../../platform/errors.ts'

/** A root module of another repository: `git::https://host/repository.git//path?ref=v1`. */
export interface RemoteAddress {
  /** Where git finds the repository; never with a password. */
  readonly url: string
  /** User and password that stood in the address. */
  readonly login: { readonly user: string; readonly password: string } | undefined
  /** Directory below the repository's root; empty for the root itself. */
  readonly path: string
  /** Tag, branch or commit; undefined for what the repository calls its head. */
  readonly ref: string | undefined
  /** The address as it may be shown. */
  readonly shown: string
}

const prefix = 'git::'

/** True for the address of a root module in another repository. */
export function isRemoteModule(main: string): boolean {
  return main.startsWith(prefix)
}

/** @throws AppError `invalid` for an address that Portolan cannot follow */
export function parseRemoteAddress(address: string): RemoteAddress {
  const [place = '', query = ''] = splitOnce(address.slice(prefix.length).trim(), '?')
  const { url: given, path } = splitPath(place)
  const { url, login } = withoutLogin(given)
  const parameters = new URLSearchParams(query)
  const ref = parameters.get('ref') ?? undefined
  // Other parameters may be secret, as `sshkey` is.
  const shown = [prefix, url, path && `//${path}`, ref === undefined ? '' : `?ref=${ref}`].join('')
  if (
    !isRemoteModule(address) ||
    !/^((https?|ssh|git|file):\/\/.|\/|[\w.-]+@[\w.-]+:.)/.test(url)
  ) {
    throw wrong(shown, 'is no address of a git repository')
  }
  if (path.split('/').some((part) => part === '..' || part === '.git')) {
    throw wrong(shown, 'leads out of its repository')
  }
  const unknown = [...parameters.keys()].find((name) => name !== 'ref' && name !== 'depth')
  if (unknown !== undefined) throw wrong(shown, `has the parameter ${unknown}, which is not known`)
  if (ref !== undefined && !/^[^-\s:^~?*[\\][^\s:^~?*[\\]*$/.test(ref)) {
    throw wrong(shown, 'has a ref that is no name of a tag, branch or commit')
  }
  return { url, login, path, ref, shown }
}

function wrong(shown: string, what: string) {
  return invalid(`${shown} ${what}`, {
    next: 'Write it like git::https://example.com/infra.git//modules/network?ref=v1.2.0',
  })
}

/** The `//` behind the repository's name; that of `https://` is another. */
function splitPath(place: string): { readonly url: string; readonly path: string } {
  const scheme = /^[a-z+]+:\/\//i.exec(place)?.[0].length ?? 1
  const at = place.indexOf('//', scheme)
  if (at < 0) return { url: place, path: '' }
  return { url: place.slice(0, at), path: place.slice(at).replace(/^\/+|\/+$/g, '') }
}

/** A password in an address would be seen in the list of processes, and in git's own messages. */
function withoutLogin(url: string): Pick<RemoteAddress, 'url' | 'login'> {
  const found = /^(?<scheme>[a-z+]+:\/\/)(?<login>[^@/]*)@(?<rest>.*)$/i.exec(url)?.groups
  const { scheme = '', login = '', rest = '' } = found ?? {}
  if (found === undefined) return { url, login: undefined }
  const [user = '', password = ''] = splitOnce(login, ':').map(decode)
  // Over SSH it is only a name; over HTTP a token may stand alone.
  if (!/^https?:/i.test(scheme)) return { url: `${scheme}${user}@${rest}`, login: undefined }
  return { url: `${scheme}${rest}`, login: { user, password } }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
