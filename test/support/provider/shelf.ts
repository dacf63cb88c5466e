import { randomUUID } from 'node:crypto'
import { attribute, schema } from './schema.ts'
import { type DynamicValue, decode, encode, unknown } from './value.ts'

const name = attribute('name', 'string', { optional: true })
const pin = attribute('pin', 'string', { optional: true, sensitive: true })

const nested = (type: string, nesting: string) => ({
  name: type,
  optional: true,
  nested_type: { attributes: [name, pin, { ...nestedOnce, name: 'inner' }], nesting },
})
const nestedOnce = { optional: true, nested_type: { attributes: [name, pin], nesting: 'SINGLE' } }

const block = (type: string, nesting: string, attributes: readonly object[]) => ({
  type_name: type,
  nesting,
  block: { version: 0, attributes },
})

/** Every form that a schema can give to attributes and blocks, with a secret in each. */
export const shelfSchema = schema(
  [
    attribute('id', 'string', { computed: true }),
    attribute('label', 'string', { optional: true, sensitive: true }),
    attribute('codes', ['set', 'string'], { optional: true }),
    attribute('sizes', ['map', 'number'], { optional: true }),
    attribute('any', 'dynamic', { optional: true }),
    attribute('hidden', 'dynamic', { optional: true, sensitive: true }),
    attribute('flag', 'bool', { optional: true }),
    attribute('pairs', ['list', ['object', { a: 'string', b: 'number' }]], { optional: true }),
    attribute('kinds', ['set', ['object', { a: 'string', b: 'bool' }]], { optional: true }),
    attribute('fixed', ['tuple', ['string', 'number']], { optional: true }),
    attribute('keys', ['list', 'string'], { optional: true, sensitive: true }),
    nested('owner', 'SINGLE'),
    nested('drawers', 'LIST'),
    nested('boxes', 'SET'),
    nested('shelves', 'MAP'),
  ],
  [
    block('lock', 'SINGLE', [name, pin]),
    block('door', 'GROUP', [name, pin]),
    block('row', 'LIST', [name, pin]),
    block('tag', 'SET', [name, pin]),
    block('part', 'MAP', [name, pin]),
    block('loose', 'LIST', [name, pin, attribute('any', 'dynamic', { optional: true })]),
  ],
)

/** Another `label` or another name of the first row replaces it. */
export function planShelf(prior: DynamicValue, proposed: DynamicValue) {
  const [before, after] = [decode(prior), decode(proposed)]
  if (after === null) return { planned_state: proposed }
  if (before === null) return { planned_state: encode({ ...after, id: unknown }) }
  const same = (member: string) => JSON.stringify(before[member]) === JSON.stringify(after[member])
  const firstRow = { steps: [{ attribute_name: 'row' }, { element_key_int: 0 }] }
  return {
    planned_state: proposed,
    requires_replace: [
      ...(same('label') ? [] : [{ steps: [{ attribute_name: 'label' }] }]),
      ...(same('row') ? [] : [firstRow]),
    ],
  }
}

export function createShelf(planned: DynamicValue): DynamicValue {
  const shelf = decode(planned)
  return shelf === null || typeof shelf['id'] === 'string'
    ? planned
    : encode({ ...shelf, id: randomUUID() })
}
