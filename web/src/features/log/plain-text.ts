/**
 * Characters that say nothing by themselves but change how their neighbours are read: controls, what turns the
 * direction of text, what takes no width, tags, and halves of pairs.
 */
const deceptive =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

/** The text with every character shown that would otherwise work unseen: `\u202e`. */
export function plainText(text: string): string {
  return text.replace(deceptive, escaped)
}

/** A text between quotation marks, as Terraform and JSON write it. */
export function quoted(text: string): string {
  const json = JSON.stringify(text)
  return plainText(json)
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}
