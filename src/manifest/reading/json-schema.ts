/** The manifest's JSON Schema, for editors. */
export function manifestJsonSchema(): object {
  return {}
}
