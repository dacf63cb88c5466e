/** One attribute of a schema in plugin protocol 6; `type` as Terraform writes types in JSON. */
export function attribute(name: string, type: unknown, flags: object) {
  return { name, type: Buffer.from(JSON.stringify(type)), ...flags }
}

export function schema(attributes: readonly object[], blocks: readonly object[] = []) {
  return { version: 0, block: { version: 0, attributes, block_types: blocks } }
}
