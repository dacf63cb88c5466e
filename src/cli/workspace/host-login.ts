import { invalid } from '../../platform/errors.ts'

/** `github.com:octocat`, and with a port `git.example.com:8443:octocat`. @throws AppError `invalid` */
export function hostLoginOf(typed: string): { readonly host: string; readonly login: string } {
  const at = typed.lastIndexOf(':')
  const [host, login] = [typed.slice(0, Math.max(at, 0)), typed.slice(at + 1)]
  if (host !== '' && login !== '') return { host, login }
  throw invalid(`${JSON.stringify(typed)} is no login of a host`, {
    next: 'Write it like github.com:octocat',
  })
}
