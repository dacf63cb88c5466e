/*
 * Text from outside (plans, errors, names, what people wrote) as it may stand in a comment on a host.
 *
 * What can mean anything stands in code: GitHub, GitLab and Gitea look for mentions, references, labels
 * and addresses in text nodes only, never below `code` and `pre`. Escapes would not do: they are gone
 * before the hosts look. Within code there is nothing to get out by: a span and a fence are longer than
 * every run of backticks in them.
 *
 * GitLab looks for quick actions (`/merge`) in lines of the source and finds the ends of fences by
 * itself, of three backticks only: no line begins with a slash, in a fence neither.
 */

// Colours and the like, titles and links of terminals. (Node's own expression is not linear.)
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g

// Control characters but newline and tab, and whatever is not seen or turns the writing direction.
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu

// Words that mean nothing to any host: letters or digits, with what sentences are made of.
const quiet = /^["(]?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+|-[\p{L}\p{M}]+)*[")]?[.,;:!?]?$/u
const sign = /^[-–—·…+=&]$/
// Commit ids, and the issues of trackers: `GH-12`. (What has both a hyphen and a digit is not quiet.)
const commitId = /[0-9a-f]{7}/i

// A word that somebody marked as code, with what closes a sentence, or one between spaces.
const parts = /(\(?)`([^`]+)`([).,;:!?]*)|[^\s`]+/g

// What closes a sentence is none of the last word's.
const closing = /^(.*?)([.,;:!?]{0,3})$/

const punctuation = /[!-/:-@[-`{-~]/g

/** Without escape sequences and characters that nobody sees. Every line ends with `\n`. */
export function visible(text: string): string {
  return (
    text
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
      .replace(escapes, '')
      .replace(unseen, '')
      // What stands around it is longer than any of them, and has to fit too.
      .replace(/`{17,}/g, `${'`'.repeat(16)}…`)
  )
}

/** On one line, in code: a name, a command. Empty for what has nothing to show. */
export function code(text: string): string {
  const line = oneLine(text)
  // In a table a bar ends the cell, in a code span too.
  if (line.includes('|')) return htmlCode(line)
  if (line === '') return ''
  const marks = '`'.repeat(longestRun(line) + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${marks}${space}${line}${space}${marks}`
}

/** The same where markdown is not read, as in `<summary>`. */
export function htmlCode(text: string): string {
  const line = oneLine(text)
  return line === '' ? '' : `<code>${entities(line)}</code>`
}

/** On one line: words that could mean something to a host stand in code. */
export function sentence(text: string): string {
  const shown: string[] = []
  let loud: string[] = []
  const quieten = () => {
    const [, words = '', end = ''] = closing.exec(loud.join(' ')) ?? []
    loud = []
    if (words !== '') shown.push(`${code(words)}${end}`)
    else if (end !== '') shown.push(code(end))
  }
  for (const [whole, before = '', marked, after = ''] of oneLine(text).matchAll(parts)) {
    const isQuiet = marked === undefined && isQuietWord(whole)
    if (marked !== undefined || isQuiet) quieten()
    if (isQuiet) shown.push(shown.length === 0 ? entities(whole) : whole)
    else if (marked === undefined) loud.push(whole)
    else if (marked.trim() !== '') shown.push(`${before}${code(marked)}${after}`)
    else if (before + after !== '') loud.push(before + after)
  }
  quieten()
  return shown.join(' ')
}

function isQuietWord(word: string): boolean {
  return sign.test(word) || (quiet.test(word) && !commitId.test(word))
}

/** Lines in a fence of their own. */
export function fence(text: string, language = ''): string {
  const lines = visible(text)
    .replace(/^([ \t]*)\//gm, ' $1/')
    .trimEnd()
  const marks = '`'.repeat(Math.max(3, longestRun(lines) + 1))
  return `${marks}${language}\n${lines}\n${marks}`
}

/** A link with a text from outside. What is no address of the web is not linked. */
export function link(text: string, url: string): string {
  const label = sentence(text)
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !/^https?:$/.test(address.protocol)) return label
  return `[${label}](${address.href.replace(/[^\w\-.~:/?#@!$&+,=%]/g, encoded)})`
}

function encoded(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** The beginning of a text in at most so many bytes of UTF-8, with `…` for what is left out. */
export function cut(text: string, bytes: number): string {
  // No letter takes less than a byte.
  const start = text.length > bytes ? text.slice(0, bytes) : text
  if (start === text && bytesOf(text) <= bytes) return text
  let room = bytes - 3
  let end = 0
  for (const letter of start) {
    room -= bytesOf(letter)
    if (room < 0) break
    end += letter.length
  }
  return `${text.slice(0, end)}…`
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** On one line, without what nobody sees; it may still mean something to a host. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim()
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}

/** A comment behind `@`: otherwise GitHub takes `a@b.example` for an address to write to. */
function entities(text: string): string {
  return text.replace(punctuation, (letter) => {
    const entity = `&#${letter.charCodeAt(0)};`
    return letter === '@' ? `${entity}<!-- -->` : entity
  })
}
