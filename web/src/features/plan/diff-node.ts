export type Sign = '+' | '-' | '~' | ' '

/** What stands on one side: nothing, a value, or what may not or cannot be shown. */
export type Shown =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'sensitive' }

interface Common {
  readonly sign: Sign
  /** A change of this makes Terraform replace the resource. */
  readonly forces: boolean
}

/** How one value becomes another. */
export type DiffNode =
  | (Common & { readonly kind: 'leaf'; readonly before: Shown; readonly after: Shown })
  | (Common & {
      readonly kind: 'object'
      readonly entries: readonly DiffEntry[]
      readonly after?: Shown
    })
  | (Common & {
      readonly kind: 'list'
      readonly items: readonly DiffNode[]
      readonly after?: Shown
    })
  | (Common & {
      readonly kind: 'text'
      readonly lines: readonly TextLine[]
      /** The line break at the end comes or goes. */
      readonly ending: '+' | '-' | undefined
    })
  | (Common & { readonly kind: 'json'; readonly node: DiffNode })
  /** Masked on both sides: whether it changes is not known here. */
  | (Common & { readonly kind: 'hidden' })

export interface DiffEntry {
  readonly key: string
  readonly node: DiffNode
}

export interface TextLine {
  readonly sign: '+' | '-' | ' '
  readonly text: string
}

/** What the server puts in the place of a sensitive value. */
export const mask = '(sensitive value)'

/** True when nothing of the value changes. */
export function isSame(node: DiffNode): boolean {
  return node.sign === ' ' && node.kind !== 'hidden'
}
