/**
 * Lines of a log as a CI system may read them: what some program said, and what the system would take
 * for an order to itself (`::add-path::`, `##[error]`, `##vso[…]`), is broken up.
 */
export function harmlessToCi(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, '$1: ').replace(/#(?=#(?:\[|vso\[|teamcity\[))/g, '# ')
}
