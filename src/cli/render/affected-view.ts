import type { Affected } from '../../manifest/index.ts'
import { reasonLines } from './list-view.ts'
import type { Style } from './style.ts'

type Because = ReadonlyMap<string, readonly string[]>

interface Layout {
  readonly style: Style
  readonly width: number | undefined
  /** Every reason, and not only the first. */
  readonly all: boolean
}

/** Each workspace with why it is affected; then what is gone. */
export function affectedLines(
  { removed }: Pick<Affected, 'removed'>,
  because: Because,
  layout: Layout,
): string[] {
  const shown = layout.all
    ? because
    : new Map([...because].map(([name, all]) => [name, first(all)]))
  return reasonLines(
    new Map([...shown, ...removed.map((name) => [name, ['removed']] as const)]),
    layout,
  )
}

function first(reasons: readonly string[]): string[] {
  const [one = '', ...more] = reasons
  return [more.length === 0 ? one : `${one} (and ${more.length} more)`]
}

/** The whole for programs. */
export function affectedJson(
  { base, removed }: Affected,
  because: Because,
): Record<string, unknown> {
  return {
    base: { commit: base.commit ?? null, what: base.what },
    workspaces: [...because].map(([name, reasons]) => {
      const at = name.lastIndexOf('@')
      return { name, component: name.slice(0, at), environment: name.slice(at + 1), reasons }
    }),
    removed,
  }
}
