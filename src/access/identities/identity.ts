import { invalid } from '../../platform/errors.ts'

/** Who somebody is on a host. */
export interface Identity {
  /** `github.com` */
  readonly host: string
  /** In lower case: hosts compare it so. */
  readonly login: string
  /** The person's name here. */
  readonly person: string
  readonly createdBy: string
  readonly createdAt: Date
}

/** A login of a host, in one spelling. */
export interface HostLogin {
  readonly host: string
  readonly login: string
}

// What stands in addresses and in mentions; bots of GitHub end in `[bot]`.
const fitHost = /^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/
const fitLogin = /^[a-z0-9_][a-z0-9._-]*(\[bot\])?$/

/** @throws AppError `invalid` for what no host and no login is called */
export function hostLogin(given: HostLogin): HostLogin {
  const host = given.host.trim().toLowerCase()
  const login = given.login.trim().replace(/^@/, '').toLowerCase()
  if (!fitHost.test(host) || host.length > 250) throw wrong('the host', 'github.com')
  if (!fitLogin.test(login) || login.length > 250) throw wrong('the login', 'octocat')
  return { host, login }
}

function wrong(what: string, example: string) {
  return invalid(`${what} cannot be read`, { next: `Write it like ${example}.` })
}
