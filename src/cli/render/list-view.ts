import type { Affected, Component, Manifest } from '../../manifest/index.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'
import { cut, padEnd, sanitiseLine, widthOf } from './text.ts'

/** A component in one environment. */
export interface ListedCell {
  /** Why it does not take part there. */
  readonly skipped: string | undefined
  /** Why it was selected. */
  readonly reasons: readonly string[]
}

/** A component in the environments that were asked for. */
export interface ListedComponent {
  readonly component: Component
  readonly environments: ReadonlyMap<string, ListedCell>
}

interface Layout {
  readonly style: Style
  readonly width: number | undefined
}

const WIDEST_SOURCE = 48

/** A row for each component: kind, source, a column for each environment, tags. */
export function listLines(
  listed: readonly ListedComponent[],
  environments: readonly string[],
  { style, width }: Layout,
): string[] {
  const rows = listed.map(({ component, environments: cells }) => [
    style.bold(sanitiseLine(component.name)),
    component.kind,
    cut(sanitiseLine(String(component.main.value)), WIDEST_SOURCE),
    ...environments.map((name) => {
      const cell = cells.get(name)
      if (cell === undefined) return style.dim('–')
      return cell.skipped === undefined ? sanitiseLine(name) : style.dim('skipped')
    }),
    component.tags.map((tag) => `#${sanitiseLine(tag)}`).join(' '),
  ])
  return table(rows, width === undefined ? {} : { width })
}

/** Each workspace with all reasons for which it takes part, one to a line. */
export function reasonLines(
  because: ReadonlyMap<string, readonly string[]>,
  { style, width }: Layout,
): string[] {
  const names = [...because.keys()].map(sanitiseLine)
  const widest = Math.max(0, ...names.map(widthOf))
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - widest - 2)
  return [...because].flatMap(([name, reasons]) =>
    reasons.map((reason, at) => {
      const label = at === 0 ? style.bold(padEnd(sanitiseLine(name), widest)) : ' '.repeat(widest)
      return `${label}  ${cut(sanitiseLine(reason), room)}`
    }),
  )
}

interface Source {
  readonly root: string
  readonly manifest: Manifest
}

/** The whole for programs. */
export function listJson(
  { root, manifest }: Source,
  listed: readonly ListedComponent[],
  { affected }: { readonly affected: Affected | undefined },
): Record<string, unknown> {
  return {
    project: manifest.project ?? null,
    root,
    source: manifest.source,
    environments: [...manifest.environments.values()].map(({ name, after, auto }) => ({
      name,
      after: after ?? null,
      auto,
    })),
    components: listed.map(componentJson),
    ...(affected === undefined
      ? {}
      : {
          base: { commit: affected.base.commit ?? null, what: affected.base.what },
          removed: affected.removed,
        }),
  }
}

function componentJson({ component, environments }: ListedComponent): Record<string, unknown> {
  const { name, kind, main, tags, protect, once, at } = component
  return {
    name,
    kind,
    main: main.value,
    tags,
    protect,
    once,
    at: `${at.file}:${at.line}:${at.column}`,
    workspaces: [...environments].map(([environment, { skipped, reasons }]) => ({
      name: `${name}@${environment}`,
      environment,
      skipped: skipped ?? null,
      reasons,
    })),
  }
}
