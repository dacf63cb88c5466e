import { type Called, countAt, listAt, textAt, unsuitable } from './arguments.ts'
import { type Datum, Maybe, unknownAmong } from './datum.ts'
import { Fault } from './fault.ts'
import { type FunctionSpec, size } from './functions.ts'

/** Functions that are called on something: `text.split(",")`. The first argument is what it is. */
export const methods: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ['size', { usage: 'x.size()', arity: [0, 0], run: size }],
  ['startsWith', { usage: 'text.startsWith(start)', arity: [1, 1], run: startsWith }],
  ['endsWith', { usage: 'text.endsWith(end)', arity: [1, 1], run: endsWith }],
  ['contains', { usage: 'text.contains(part)', arity: [1, 1], run: contains }],
  ['lowerAscii', { usage: 'text.lowerAscii()', arity: [0, 0], run: lowerAscii }],
  ['upperAscii', { usage: 'text.upperAscii()', arity: [0, 0], run: upperAscii }],
  ['trim', { usage: 'text.trim()', arity: [0, 0], run: (called) => textAt(called, 0).trim() }],
  ['indexOf', { usage: 'text.indexOf(part)', arity: [1, 1], run: indexOf }],
  ['lastIndexOf', { usage: 'text.lastIndexOf(part)', arity: [1, 1], run: lastIndexOf }],
  ['substring', { usage: 'text.substring(start, end)', arity: [1, 2], run: substring }],
  ['replace', { usage: 'text.replace(old, new)', arity: [2, 2], run: replace }],
  ['split', { usage: 'text.split(separator)', arity: [1, 1], run: split }],
  ['join', { usage: 'list.join(separator)', arity: [0, 1], run: join }],
  ['hasValue', { usage: 'map.?key.hasValue()', arity: [0, 0], run: hasValue }],
  ['value', { usage: 'map.?key.value()', arity: [0, 0], run: presentValue }],
])

function startsWith(called: Called): Datum {
  return textAt(called, 0).startsWith(textAt(called, 1))
}

function endsWith(called: Called): Datum {
  return textAt(called, 0).endsWith(textAt(called, 1))
}

function contains(called: Called): Datum {
  return textAt(called, 0).includes(textAt(called, 1))
}

function lowerAscii(called: Called): Datum {
  return textAt(called, 0).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function upperAscii(called: Called): Datum {
  return textAt(called, 0).replace(/[a-z]/g, (letter) => letter.toUpperCase())
}

function indexOf(called: Called): Datum {
  return letters(textAt(called, 0).indexOf(textAt(called, 1)), called)
}

function lastIndexOf(called: Called): Datum {
  return letters(textAt(called, 0).lastIndexOf(textAt(called, 1)), called)
}

/** Positions are counted in characters, as `size` and `substring` count. */
function letters(index: number, called: Called): bigint {
  return index < 0 ? -1n : BigInt([...textAt(called, 0).slice(0, index)].length)
}

function substring(called: Called): Datum {
  const signs = [...textAt(called, 0)]
  called.scope.budget.list(signs, called.call)
  const start = countAt(called, 1)
  const end = called.args.length > 2 ? countAt(called, 2) : signs.length
  if (start >= 0 && start <= end && end <= signs.length) return signs.slice(start, end).join('')
  throw new Fault(`the string has ${signs.length} characters, not ${start} to ${end}`, called.call)
}

function replace(called: Called): Datum {
  const [text, old, wanted] = [textAt(called, 0), textAt(called, 1), textAt(called, 2)]
  // The size is known before the work is done: a long text many times in a long text is a bomb.
  const times = old === '' ? text.length + 1 : text.split(old).length - 1
  called.scope.budget.spend((times * wanted.length) / 16, called.call)
  return called.scope.budget.text(
    text.replaceAll(old, () => wanted),
    called.call,
  )
}

function split(called: Called): Datum {
  const [text, separator] = [textAt(called, 0), textAt(called, 1)]
  return called.scope.budget.list(separator === '' ? [...text] : text.split(separator), called.call)
}

function join(called: Called): Datum {
  const items = listAt(called, 0)
  const separator = called.args.length > 1 ? textAt(called, 1) : ''
  const unknown = unknownAmong(items)
  if (unknown !== undefined) return unknown
  const { budget } = called.scope
  const texts = items.map((item, at) => {
    if (typeof item !== 'string') {
      throw new Fault(`join() takes a list of strings, and element ${at} is none`, called.call, {
        next: 'Make strings of them: `list.map(x, string(x)).join(",")`.',
      })
    }
    budget.spend(1 + (item.length + separator.length) / 16, called.call)
    return item
  })
  return budget.text(texts.join(separator), called.call)
}

function hasValue(called: Called): Datum {
  return maybeAt(called).value !== undefined
}

function presentValue(called: Called): Datum {
  const { value } = maybeAt(called)
  if (value !== undefined) return value
  throw new Fault('there is no value', called.call, { missing: true })
}

function maybeAt(called: Called): Maybe {
  const [datum] = called.args
  if (datum instanceof Maybe) return datum
  throw unsuitable(called, 0, 'what `.?` gives')
}
