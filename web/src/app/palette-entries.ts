/** Something the palette goes to. */
export interface PaletteEntry {
  readonly key: string
  readonly group: 'Pages' | 'Projects' | 'Pull requests' | 'Changes' | 'Workspaces'
  readonly label: string
  /** What it is found by besides its label. */
  readonly detail?: string
  readonly href: string
}

/** As many as one can look through. */
const most = 40

/** The entries in which every word that was written occurs; where a name begins with it first. */
export function found(entries: readonly PaletteEntry[], written: string): readonly PaletteEntry[] {
  const words = written.toLowerCase().split(/\s+/).filter(Boolean)
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry)
}

function scoreOf({ label, detail = '', group }: PaletteEntry, words: readonly string[]): number {
  const name = label.toLowerCase()
  const rest = `${group} ${detail}`.toLowerCase()
  const scores = words.map((word) => {
    if (name === word) return 8
    if (name.startsWith(word)) return 6
    if (new RegExp(`[\\s@/#._-]${escaped(word)}`).test(name)) return 4
    if (name.includes(word)) return 3
    return rest.includes(word) ? 1 : 0
  })
  if (scores.includes(0)) return 0
  return 1 + scores.reduce<number>((sum, score) => sum + score, 0)
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
