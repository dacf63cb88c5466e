import { cut, padEnd, widthOf } from './text.ts'

/** Rows as aligned columns. The last column is cut at the terminal's width, when it is known. */
export function table(
  rows: readonly (readonly string[])[],
  options: { readonly indent?: number; readonly width?: number } = {},
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...rows.map((row) => widthOf(row[at] ?? ''))),
  )
  const indent = ' '.repeat(options.indent ?? 0)
  return rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === row.length - 1 ? cell : padEnd(cell, widths[at] ?? 0),
    )
    const line = indent + cells.join('  ')
    if (options.width === undefined || widthOf(line) <= options.width) return line.trimEnd()
    const before = widthOf(indent + cells.slice(0, -1).join('  ')) + 2
    const last = row.at(-1) ?? ''
    if (options.width - before < 8 || last.includes('\u001b')) return line.trimEnd()
    return (
      indent + [...cells.slice(0, -1), cut(last, options.width - before)].join('  ')
    ).trimEnd()
  })
}
