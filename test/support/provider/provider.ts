import { openNotes } from './note.ts'
import { attribute, schema } from './schema.ts'
import { createShelf, planShelf, shelfSchema } from './shelf.ts'
import { type DynamicValue, decode, encode, textOf, unknown } from './value.ts'

const capabilities = { plan_destroy: false, get_provider_schema_optional: true }

const provider = schema([attribute('directory', 'string', { optional: true })])

const resource = schema([
  attribute('id', 'string', { computed: true }),
  attribute('title', 'string', { required: true }),
  attribute('body', 'string', { optional: true, sensitive: true }),
  attribute('size', 'number', { optional: true }),
])

const data = schema([
  attribute('id', 'string', { required: true }),
  attribute('title', 'string', { computed: true }),
  attribute('body', 'string', { computed: true, sensitive: true }),
  attribute('size', 'number', { computed: true }),
])

/** The fields that any of the calls reads. */
export interface Requests {
  readonly config: DynamicValue
  readonly type_name: string
  readonly id: string
  readonly raw_state: { readonly json: Uint8Array }
  readonly current_state: DynamicValue
  readonly prior_state: DynamicValue
  readonly proposed_new_state: DynamicValue
  readonly planned_state: DynamicValue
}

const failure = (summary: string) => ({ diagnostics: [{ severity: 'ERROR', summary, detail: '' }] })

/**
 * The provider `example.test/portolan/lab`, one function for each call of plugin protocol 6:
 * the resource `lab_note` (another title replaces it) and a data source of the same name, and
 * `lab_shelf`, which is nowhere but in the state and has every form of attribute and block.
 */
export function createProvider(environmentDirectory: string | undefined) {
  let notes = openNotes(environmentDirectory ?? '')
  let configured = environmentDirectory !== undefined
  return {
    GetMetadata: () => ({
      server_capabilities: capabilities,
      resources: [{ type_name: 'lab_note' }, { type_name: 'lab_shelf' }],
      data_sources: [{ type_name: 'lab_note' }],
    }),
    GetProviderSchema: () => ({
      provider,
      resource_schemas: { lab_note: resource, lab_shelf: shelfSchema },
      data_source_schemas: { lab_note: data },
      server_capabilities: capabilities,
    }),
    ValidateProviderConfig: () => ({}),
    ValidateResourceConfig: () => ({}),
    ValidateDataResourceConfig: () => ({}),
    // Core reads the state's own JSON as well as msgpack.
    UpgradeResourceState: ({ raw_state }: Requests) => ({
      upgraded_state: { json: raw_state.json },
    }),
    ConfigureProvider({ config }: Requests) {
      const directory = decode(config)?.['directory']
      if (typeof directory === 'string') {
        notes = openNotes(directory)
        configured = true
      }
      return configured
        ? {}
        : failure('LAB_DIRECTORY is not set and the provider names no directory')
    },
    ReadResource: ({ type_name, current_state }: Requests) => ({
      new_state:
        type_name === 'lab_shelf'
          ? current_state
          : encode(notes.read(textOf(decode(current_state)?.['id']))),
    }),
    PlanResourceChange({ type_name, prior_state, proposed_new_state }: Requests) {
      if (type_name === 'lab_shelf') return planShelf(prior_state, proposed_new_state)
      const prior = decode(prior_state)
      const proposed = decode(proposed_new_state)
      if (proposed === null) return { planned_state: proposed_new_state }
      if (prior === null) return { planned_state: encode({ ...proposed, id: unknown }) }
      if (prior['title'] === proposed['title']) return { planned_state: proposed_new_state }
      return {
        planned_state: proposed_new_state,
        requires_replace: [{ steps: [{ attribute_name: 'title' }] }],
      }
    },
    ApplyResourceChange({ type_name, prior_state, planned_state }: Requests) {
      if (type_name === 'lab_shelf') return { new_state: createShelf(planned_state) }
      const planned = decode(planned_state)
      if (planned !== null) return { new_state: encode(notes.write(planned)) }
      notes.remove(textOf(decode(prior_state)?.['id']))
      return { new_state: planned_state }
    },
    ImportResourceState({ id }: Requests) {
      const note = notes.read(id)
      if (note === null) return failure(`there is no note ${id}`)
      return { imported_resources: [{ type_name: 'lab_note', state: encode(note) }] }
    },
    ReadDataSource({ config }: Requests) {
      const id = textOf(decode(config)?.['id'])
      const note = notes.read(id)
      return note === null ? failure(`there is no note ${id}`) : { state: encode(note) }
    },
    StopProvider: () => ({}),
  }
}
