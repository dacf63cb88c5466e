/** What stands in the place of a secret. */
export const mask = '(sensitive value)'

/** A shorter value would mask half of every text: "prod", "true", "8080". */
export const shortestSecret = 6

/** Replaces known secrets in any text. */
export interface Redactor {
  /** The text with every known secret, in any of its forms, replaced by {@link mask}. */
  redact(text: string): string
  /** Learns more secrets; values under six characters are passed over. */
  add(secrets: Iterable<string>): void
  /** Characters of the longest form: text cut closer than this may hide half of a secret. */
  readonly longest: number
}

/** Makes a redactor that knows `secrets`: each as it is, JSON-escaped, URL-encoded and in base64. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const forms = new Set<string>()
  let pattern: RegExp | undefined
  let longest = 0
  const add = (more: Iterable<string>) => {
    for (const secret of more) {
      for (const form of formsOf(secret)) {
        if (forms.has(form)) continue
        forms.add(form)
        longest = Math.max(longest, form.length)
        pattern = undefined
      }
    }
  }
  add(secrets)
  return {
    add,
    get longest() {
      return longest
    },
    redact(text) {
      if (forms.size === 0) return text
      pattern ??= patternOf(forms)
      return text.replace(pattern, mask)
    },
  }
}

/** A secret of several lines is printed indented or line by line, so each line is a secret too. */
function* formsOf(secret: string): Iterable<string> {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  const pieces = lines.length > 1 ? [secret, secret.trim(), ...lines] : [secret, secret.trim()]
  for (const piece of pieces) {
    if (piece.length < shortestSecret) continue
    yield piece
    const json = JSON.stringify(piece).slice(1, -1)
    yield json
    // Go's encoder, which Terraform uses, also escapes what could end a script element.
    yield json.replace(/[<>&]/g, goEscape)
    yield json.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    // JavaScript leaves some signs as they are that Go and others encode.
    const url = encodeURIComponent(piece.toWellFormed())
    for (const encoded of [url, encodeRest(url)]) {
      yield encoded
      yield encoded.replaceAll('%20', '+')
    }
    yield* base64Forms(piece)
  }
}

function goEscape(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`
}

function encodeRest(url: string): string {
  return url.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * Base64 of the secret at each of its three alignments, without the characters that its
 * neighbours share: it is found also in the middle of something that was encoded as one, such as
 * `user:password`.
 */
function* base64Forms(text: string): Iterable<string> {
  const bytes = Buffer.from(text, 'utf8')
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const whole = Math.floor(padded.length / 3) * 3
    const encoded = padded.subarray(0, whole).toString('base64')
    const inner = encoded.slice(offset === 0 ? 0 : 4)
    if (inner.length < shortestSecret + 2) continue
    yield inner
    yield inner.replaceAll('+', '-').replaceAll('/', '_')
  }
}

function patternOf(forms: ReadonlySet<string>): RegExp {
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(escapeForPattern).join('|'), 'g')
}

function escapeForPattern(form: string): string {
  return form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
