/** A shorter text inside a document is a word such as `service_account`, which plans are full of. */
const SHORTEST_PART = 20

/**
 * What must not be shown of a value: all of it, and the longer texts of one that is a document, such as
 * the private key in the JSON of a cloud's credentials, which is printed without its JSON.
 */
export function secretTexts(value: string): readonly string[] {
  if (!/^\s*[[{]/.test(value)) return [value]
  return [value, ...partsOf(value).filter((text) => text.length >= SHORTEST_PART)]
}

function partsOf(document: string): readonly string[] {
  try {
    return textsIn(JSON.parse(document))
  } catch {
    // As Terraform writes a list or an object.
    return [...document.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, text = '']) => text)
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
