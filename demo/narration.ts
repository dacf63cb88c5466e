/** A heading of the demo. */
export function title(text: string): void {
  process.stdout.write(`\n\u001b[1;36m■ ${text}\u001b[0m\n`)
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
