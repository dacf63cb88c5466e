import { createHash } from 'node:crypto'

const COMPONENTS = 1000
const MODULES = 500

/** 10,000 files and 43 MB: 1,000 components, 500 modules that they share, and what else gathers in a repository. */
export function largeRepository(): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  for (let at = 0; at < MODULES; at += 1) {
    files[`modules/m${at}/main.tf`] = `variable "name" {}\n${keeps}`
    files[`modules/m${at}/outputs.tf`] = 'output "name" {\n  value = var.name\n}\n'
  }
  const components: string[] = []
  for (let at = 0; at < COMPONENTS; at += 1) {
    const directory = directoryOf(at)
    files[`${directory}/main.tf`] = `variable "name" {}\n${keeps}${callOf(at % MODULES)}`
    files[`${directory}/outputs.tf`] = 'output "name" {\n  value = var.name\n}\n'
    components.push(`  c${at}:`, `    terraform: ${directory}`, '    inputs:', `      name: c${at}`)
  }
  const manifest = ['version: 1', 'environments: { dev: {} }', 'components:']
  files['portolan.yaml'] = [...manifest, ...components, ''].join('\n')
  const others = 10_000 - Object.keys(files).length
  for (let at = 0; at < others; at += 1) {
    files[`services/s${at % 100}/f${at}.txt`] = noise(at, 6100)
  }
  return files
}

/** Where a component of it is. */
export function directoryOf(component: number): string {
  return `infra/area-${Math.floor(component / 100)}/c${component}`
}

const keeps = 'resource "terraform_data" "this" {\n  input = var.name\n}\n'

function callOf(module: number): string {
  return `module "m" {\n  source = "../../../modules/m${module}"\n  name   = var.name\n}\n`
}

/** The same text for the same number, which compresses as code does: to about a third. */
function noise(seed: number, length: number): string {
  const lines: string[] = []
  for (let line = 0; lines.length * 61 < length; line += 1) {
    const hash = createHash('sha256').update(`${seed} ${line}`).digest('hex')
    lines.push(`${hash.slice(0, 32)} = the value of this line`.padEnd(60, '.'))
  }
  return lines.join('\n')
}
