import type { HclBlock, HclBody } from './hcl-scan.ts'
import { HclFault } from './hcl-scan.ts'

/** How many labels a block has; what is not named here is an attribute. */
type Shape = Readonly<Record<string, { readonly labels: number; readonly inner?: Shape }>>

const rootShape: Shape = {
  terraform: {
    labels: 0,
    inner: { backend: { labels: 1 }, cloud: { labels: 0 }, required_providers: { labels: 0 } },
  },
  variable: { labels: 1 },
  module: { labels: 1 },
  provider: { labels: 1 },
  resource: { labels: 2 },
  data: { labels: 2 },
  ephemeral: { labels: 2 },
  output: { labels: 1 },
}

/**
 * The structure of a `.tf.json` file, as far as Portolan looks at it. An attribute is its JSON text.
 * Syntax: https://developer.hashicorp.com/terraform/language/syntax/json
 * @throws HclFault when the text is not a JSON object.
 */
export function readJsonConfig(text: string): HclBody {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HclFault('the file is not JSON')
  }
  return toBody(value, rootShape)
}

function toBody(value: unknown, shape: Shape): HclBody {
  const attributes = new Map<string, string>()
  const blocks: HclBlock[] = []
  for (const object of objectsIn(value)) {
    for (const [name, member] of Object.entries(object)) {
      const block = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (block === undefined) attributes.set(name, JSON.stringify(member))
      else blocks.push(...toBlocks(name, member, block))
    }
  }
  return { attributes, blocks }
}

function toBlocks(type: string, value: unknown, shape: Shape[string]): readonly HclBlock[] {
  const labelled = (member: unknown, labels: readonly string[]): HclBlock[] => {
    if (labels.length < shape.labels) {
      return objectsIn(member).flatMap((object) =>
        Object.entries(object).flatMap(([label, inner]) => labelled(inner, [...labels, label])),
      )
    }
    const bodies = Array.isArray(member) ? member : [member]
    return bodies.map((body) => ({ type, labels, body: toBody(body, shape.inner ?? {}) }))
  }
  return labelled(value, [])
}

function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((member) => isObject(member))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
