import type { NormalState, Step } from './shape.ts'

// Where a state was read from, and with which token, is another for each tool.
const upstream = /http:\/\/127\.0\.0\.1:\d+[^"]*|ptl_[\w-]+/g
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/**
 * Makes states of one story comparable with those of another: lineage and serial go, every random
 * id becomes its number in the order of first appearance (so a kept id stays told from a new one),
 * and every number keeps its digits as text.
 */
export function createNormalizer(): (text: string) => NormalState | undefined {
  const ids = new Map<string, string>()
  const numbered = (id: string) => {
    const known = ids.get(id) ?? `id ${ids.size + 1}`
    ids.set(id, known)
    return known
  }
  return (text) => {
    if (text.trim() === '') return undefined
    const { lineage, serial, ...state }: Record<string, unknown> = JSON.parse(
      withNumbersAsText(text),
    )
    return JSON.parse(
      JSON.stringify(state).replaceAll(upstream, 'upstream').replaceAll(uuid, numbered),
    )
  }
}

function withNumbersAsText(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"number ${token}"`,
  )
}

/** An attribute of the first instance of the resource with this name; `input` and `output` unwrapped. */
export function attributeOf(step: Step, resource: string, attribute: string): unknown {
  const found = step.state?.resources?.find(({ name }) => name === resource)
  const value = found?.instances[0]?.attributes[attribute]
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value
}
