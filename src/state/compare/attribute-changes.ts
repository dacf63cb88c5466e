import { mask as masked } from '../../secrets/index.ts'
import { type Mask, maskValue } from '../format/mask.ts'
import type { ResourceInstance } from '../format/parsed-state.ts'
import { isSensitive, isWrapper, pathsBelow, type SensitivePath } from '../format/sensitive-path.ts'
import { equalValues, isList, isObject, member, type Value } from '../format/value.ts'

/** One value of an instance that differs; undefined where it was not there. */
export interface AttributeChange {
  /** `tags.Name`, `ingress[0].from_port`, `labels["a.b"]` */
  readonly path: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** Each value that differs, masked; of a sensitive value only that it differs. */
export function attributeChanges(
  before: ResourceInstance,
  after: ResourceInstance,
  mask: Mask,
): AttributeChange[] {
  const changes: AttributeChange[] = []
  // What either side marks is hidden on both: a mark may be new.
  const paths = [...before.sensitivePaths, ...after.sensitivePaths]
  const all = { path: '', before: before.attributes, after: after.attributes, paths }
  // `terraform_data` takes any type: its values are kept with their types beside them.
  compare({ ...all, dynamic: after.type === 'terraform_data' }, mask, changes)
  return changes
}

interface Pair {
  readonly path: string
  readonly before: Value | undefined
  readonly after: Value | undefined
  readonly paths: readonly SensitivePath[]
  /** A value with its type beside it is shown without. */
  readonly dynamic: boolean
}

function compare(pair: Pair, mask: Mask, into: AttributeChange[]): void {
  const { path, before, after, paths } = pair
  if (equalValues(before, after)) return
  if (isSensitive(before, paths) || isSensitive(after, paths)) {
    into.push({
      path,
      before: before === undefined ? undefined : masked,
      after: after === undefined ? undefined : masked,
    })
  } else if (pair.dynamic && isWrapper(before) && isWrapper(after)) {
    compare({ ...below(pair, 'value', path), dynamic: false }, mask, into)
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(below(pair, key, path + keyText(mask(key), path)), mask, into)
    }
  } else if (isList(before) && isList(after)) {
    const length = Math.max(before.length, after.length)
    for (let index = 0; index < length; index += 1) {
      compare(below(pair, index, `${path}[${index}]`), mask, into)
    }
  } else {
    into.push({ path, before: show(before, paths, mask), after: show(after, paths, mask) })
  }
}

function below({ before, after, paths, dynamic }: Pair, key: string | number, path: string): Pair {
  const pick = (value: Value | undefined) =>
    isList(value) ? value[Number(key)] : member(value, String(key))
  return {
    path,
    dynamic,
    before: pick(before),
    after: pick(after),
    paths: [...pathsBelow(before, paths, key), ...pathsBelow(after, paths, key)],
  }
}

function show(
  value: Value | undefined,
  paths: readonly SensitivePath[],
  mask: Mask,
): Value | undefined {
  return value === undefined ? undefined : maskValue(value, paths, mask)
}

function keyText(key: string, path: string): string {
  if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`
  return path === '' ? key : `.${key}`
}
