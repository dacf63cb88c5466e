import { type OwnBackend, readModule } from '../../engines/terraform/module/index.ts'
import type { ConfigDirectory } from './discovered.ts'

/** What the configuration in a directory's files says of modules and of its own state. */
export function factsOf(
  directory: string,
  files: readonly { readonly name: string; readonly text: string }[],
): ConfigDirectory {
  const onlyTofu = files.every(({ name }) => /\.tofu(\.json)?$/.test(name))
  // Most files say nothing of either, and reading their structure takes longer than this look.
  if (!files.some(({ text }) => /module|backend|cloud/.test(text))) {
    return { directory, calls: [], hasBackend: false, keepsState: false, onlyTofu }
  }
  const module = readModule(files, 'tofu')
  const sources = module.calls.flatMap(({ source }) => (source === undefined ? [] : [source]))
  return {
    directory,
    calls: sources.filter((source) => /^\.\.?([/\\]|$)/.test(source)),
    hasBackend: module.backend.kind !== 'none',
    keepsState: keepsState(module.backend),
    onlyTofu,
  }
}

function keepsState(backend: OwnBackend): boolean {
  if (backend.kind !== 'backend') return backend.kind === 'cloud'
  return backend.type !== 'local' || backend.path?.startsWith('/') === true
}

/** Whether a file's name is one of configuration. */
export function isConfigFile(name: string): boolean {
  return !name.startsWith('.') && /\.(tf|tofu)(\.json)?$/.test(name)
}

// Control characters, line separators, bytes that are no UTF-8, and the sign that divides component
// and environment: a component cannot be called so, and a command in the directory itself says it.
const unfit = /[\p{Cc}\u2028\u2029\uFFFD@]/u

/** Whether nobody looks for root modules in a directory. */
export function isLeftOut(directory: string): boolean {
  if (directory === '') return false
  return /(^|\/)(\.|node_modules(\/|$))/.test(directory) || unfit.test(directory)
}
