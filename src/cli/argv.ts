/**
 * Flags as people type them for Terraform: `-var k=v`, `-auto-approve`, `-target=…`, `-chdir=DIR`,
 * `-refresh=false`. Portolan's own are the same words with two dashes.
 */
const withValue = new Set([
  'chdir',
  'component',
  'environment',
  'expires',
  'format',
  'host',
  'kind',
  'limit',
  'orphan',
  'override',
  'parallel',
  'parallelism',
  'permission',
  'phase',
  'port',
  'reason',
  'replace',
  'set',
  'tag',
  'target',
  'to',
  'var',
  'var-file',
  'promote',
  'pull',
  'dismiss',
  'recover',
])

const switches = new Set([
  'auto-approve',
  'destroy',
  'empty',
  'env',
  'detailed-exitcode',
  'fail-fast',
  'follow',
  'force',
  'help',
  'json',
  'no-color',
  'raw',
  'refresh',
  'refresh-only',
  'show-sensitive',
  'version',
  'why',
  'with-dependents',
  'with-deps',
  'yes',
])

/** Terraform's flags that have no meaning here: dropped, so that a habit or a script does no harm. */
const meaningless = new Set(['input', 'compact-warnings'])

const shortWithValue = new Set(['-C', '-c', '-e', '-n'])

/** Rewrites arguments to the form that the command tree understands; values are left as they are. */
export function normaliseArguments(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  const rest = end === -1 ? [] : argv.slice(end)
  const result: string[] = []
  let isValue = false
  for (const argument of flags) {
    if (isValue) {
      result.push(argument)
      isValue = false
      continue
    }
    const rewritten = rewrite(argument)
    result.push(...rewritten)
    const last = rewritten[0] ?? ''
    isValue = shortWithValue.has(last) || (!last.includes('=') && withValue.has(last.slice(2)))
  }
  return [...result, ...rest]
}

function rewrite(argument: string): string[] {
  const parts = /^--?([a-z][a-z-]+)(?:=([\s\S]*))?$/.exec(argument)
  if (parts?.[1] === undefined) return [argument]
  const [, name, value] = parts
  if (meaningless.has(name)) return []
  if (withValue.has(name)) return value === undefined ? [`--${name}`] : [`--${name}=${value}`]
  if (name === 'affected') return [`--affected=${value ?? ''}`]
  if (!switches.has(name)) return [mistyped(argument)]
  if (name === 'refresh') return value === 'false' || value === '0' ? ['--no-refresh'] : []
  if (value === undefined || value === 'true' || value === '1') return [`--${name}`]
  return value === 'false' || value === '0' ? [] : [argument]
}

/** With two dashes an unknown word gets a suggestion; `-eprod` and `-cdb` are a flag with its value. */
function mistyped(argument: string): string {
  return /^-[^-cef]/.test(argument) ? `-${argument}` : argument
}
