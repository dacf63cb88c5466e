export interface InstancePlace {
  readonly module: string | undefined
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  readonly index: string | number | undefined
  readonly deposed: string | undefined
}

/** The address as Terraform writes it; a deposed object says so behind it. */
export function instanceAddress(place: InstancePlace): string {
  const address = resourceAddress(place) + indexText(place.index)
  return place.deposed === undefined ? address : `${address} (deposed ${place.deposed})`
}

/** Equal only for the same instance: names with dots or brackets in them do not run together. */
export function instanceKey(place: InstancePlace): string {
  const { module, mode, type, name, index, deposed } = place
  return JSON.stringify([module ?? null, mode, type, name, index ?? null, deposed ?? null])
}

function resourceAddress({ module, mode, type, name }: InstancePlace): string {
  return `${module ? `${module}.` : ''}${mode === 'data' ? 'data.' : ''}${type}.${name}`
}

function indexText(index: string | number | undefined): string {
  if (index === undefined) return ''
  return typeof index === 'number' ? `[${index}]` : `[${quoted(index)}]`
}

/** A string in HCL's quotes, where a template would begin with a dollar or percent sign and a brace. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}
