/** Texts that somebody may put into a name, a reason, an output: all of them are to be shown as they are. */
export const hostile = [
  '<img src=x onerror="window.hit=1"> & <b>bold</b>',
  '"><script>window.hit=1</script>',
  "'-window.hit=1-'; javascript:window.hit=1",
  '</textarea><svg onload=window.hit=1>',
  '{{constructor.constructor("window.hit=1")()}} ${window.hit=1}',
  '\u202Egnp.exe \u2066isolated\u2069 \u200B zero width',
  'x'.repeat(3000),
] as const

/** As HCL: what looks like an interpolation is none. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('${', () => '$${')

/** A platform whose every value and output is hostile, and of which one component fails. */
export function hostileShop(): Readonly<Record<string, string>> {
  const inputs = hostile.map((text, index) => `      t${index}: ${JSON.stringify(text)}`)
  const variables = hostile.map((_, index) => `variable "t${index}" { type = string }`)
  return {
    'portolan.yaml': [
      'version: 1',
      'project: shop',
      'environments:',
      '  dev: {}',
      '  prod: { after: dev, gate: { approvals: 1, window: "00:00-24:00 UTC" } }',
      'components:',
      '  texts:',
      '    terraform: texts',
      '    inputs:',
      ...inputs,
      '    after:',
      `      - run: sh hostile.sh`,
      '        on: [plan, apply]',
      '  broken: { run: sh broken.sh, environments: [dev] }',
      '  blocked: { run: "true", needs: [broken], environments: [dev] }',
      '',
    ].join('\n'),
    'texts/main.tf': `${variables.join('\n')}
resource "terraform_data" "texts" {
  input = { ${hostile.map((_, index) => `${quoted(`<i onclick=window.hit=1>${index}`)} = var.t${index}`).join(', ')} }
}
resource "terraform_data" "named" {
  for_each = toset([${hostile.slice(0, 6).map(quoted).join(', ')}])
  input    = each.key
}
output "texts" { value = [${hostile.map((_, index) => `var.t${index}`).join(', ')}] }
`,
    'hostile.sh': hostile
      .map((text) => `printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'`)
      .concat("printf '\\033[31mred\\033[0m \\033]0;title\\007 \\033[2J\\033[H \\r overwritten\\n'")
      .join('\n'),
    'broken.sh': `echo ${JSON.stringify('<img src=x onerror=window.hit=1>')} >&2; exit 3\n`,
  }
}
