/**
 * JSON on lines of its own, each number and text as it was written: nothing is rounded. What is no JSON,
 * or was cut off, stays as it came.
 */
export function prettyPayload(payload: string): string {
  if (!isJson(payload)) return payload
  let depth = 0
  let shown = ''
  for (const [token] of payload.matchAll(tokens)) {
    if (token === '}' || token === ']') depth -= 1
    const isEmpty = (token === '}' || token === ']') && /[{[]$/.test(shown)
    const isFirst = /[{[]$/.test(shown) && !isEmpty
    const closes = (token === '}' || token === ']') && !isEmpty
    if (isFirst || closes || shown.endsWith(',')) shown += `\n${'  '.repeat(depth)}`
    shown += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth += 1
  }
  return shown
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
