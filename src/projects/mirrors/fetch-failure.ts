import type { Source } from './source.ts'

/** What went wrong, and what a person can do about it. */
export interface Explained {
  readonly reason: string
  readonly next: string
}

const MOST_CHARACTERS = 300

const known: readonly (readonly [pattern: RegExp, next: (source: Source) => string])[] = [
  [
    /could not read (username|password)|authentication failed|\b40[13]\b|access denied|invalid credentials/i,
    () => 'Give a token that may read it: portolan project add ADDRESS --password-stdin',
  ],
  [
    /host key verification failed/i,
    () =>
      'Add its host key to ~/.ssh/known_hosts of the user that the server runs as: ssh-keyscan HOST',
  ],
  [
    /permission denied \(|publickey/i,
    () => 'Give the user that the server runs as an SSH key that may read it, as a deploy key.',
  ],
  [
    /dubious ownership/i,
    ({ address }) =>
      `It belongs to another user. Trust it: git config --global --add safe.directory ${JSON.stringify(address)}`,
  ],
  [
    /could not resolve host|couldn't connect|connection (refused|timed out)|network is unreachable/i,
    () => 'See that this server reaches it: names, proxies (https_proxy), firewalls.',
  ],
  [/ssl|certificate/i, () => 'Give this server the certificate of who signed it: SSL_CERT_FILE'],
  [/transport .* not allowed/i, () => 'It led to a kind of address that is not fetched from.'],
]

/** The sentence of what git said that tells why, without what could be dangerous to show. */
export function explainFailure(
  source: Source,
  { stderr, timedOut }: { readonly stderr: string; readonly timedOut: boolean },
): Explained {
  const reason = timedOut ? 'git did not end in time' : reasonIn(stderr)
  const next =
    known.find(([pattern]) => pattern.test(stderr))?.[1] ??
    (({ address }) => `See what git says there: git ls-remote ${address}`)
  return { reason, next: next(source) }
}

function reasonIn(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}/gu, '').trim())
    .filter((line) => line !== '')
  const told = lines.find((line) => /^(fatal|error): /i.test(line)) ?? lines.at(-1)
  const reason = told?.replace(/^(fatal|error): /i, '') ?? 'git gave no reason'
  return reason.slice(0, MOST_CHARACTERS)
}
