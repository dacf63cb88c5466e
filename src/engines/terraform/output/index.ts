const chatter =
  /^(?:.*: )?(?:Refreshing state\.\.\.|Reading\.\.\.|Still reading\.\.\.|Read complete after|Preparing import\.\.\.).*$/

// What Portolan says itself beside it, and the legend that everybody knows.
const repeated =
  /^(?:Plan: \d.*|Terraform used the selected providers to generate the following execution|plan\. Resource actions are indicated with the following symbols:|Terraform will perform the following actions:| {2}(?:\+|~|-|-\/\+|\+\/-|<=) (?:create|update in-place|destroy|destroy and then create replacement|create replacement and then destroy|read \(data resources\)))$/

/** A line of Terraform's that only says that it is at work, or what is said beside it. */
export function isChatter(line: string): boolean {
  return chatter.test(line) || repeated.test(line)
}
