/** Texts in the part of an address behind the question mark, by name. */
export type Texts<Name extends string> = { readonly [K in Name]?: string | undefined }

/** Reads texts from an address; what is not of these names, or no text, is left out. */
export function texts<const Name extends string>(...names: readonly Name[]) {
  return (search: Readonly<Record<string, unknown>>): Texts<Name> => {
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = search[name]
      if (value !== undefined && value !== null && value !== '') found[name] = String(value)
    }
    return found
  }
}
