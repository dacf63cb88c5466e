/**
 * JSON on lines of its own, each number and text as it was written: nothing is rounded. What is no JSON,
 * or was cut off, stays as it came.
 */
export function prettyPayload(payload: string): string {
  if (!isJson(payload)) return payload
  const shown: string[] = []
  let depth = 0
  let before = ''
  for (const [token] of payload.matchAll(tokens)) {
    const isEnd = token === '}' || token === ']'
    const isFirst = before === '{' || before === '['
    if (isEnd) depth -= 1
    if (isEnd !== isFirst || before === ',') shown.push(`\n${'  '.repeat(depth)}`)
    shown.push(token === ':' ? ': ' : token)
    if (token === '{' || token === '[') depth += 1
    before = token
  }
  return shown.join('')
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
