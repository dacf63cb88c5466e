/** A root module that keeps what it is given. */
export const keeps = (extra = '') => `
variable "size" { default = 1 }
resource "terraform_data" "this" { input = var.size }
output "size" { value = terraform_data.this.output }
${extra}`

/** Two components in one environment, and nothing that has to be asked for. */
export function twoComponents({
  sizes = { network: 1, db: 1 },
  more = '',
}: {
  readonly sizes?: { readonly network: number; readonly db: number }
  readonly more?: string
} = {}): Readonly<Record<string, string>> {
  return {
    'portolan.yaml': manifest(more),
    'infra/network/main.tf': keeps(`# ${sizes.network}`),
    'infra/network/size.auto.tfvars': `size = ${sizes.network}\n`,
    'infra/db/main.tf': keeps(`# ${sizes.db}`),
    'infra/db/size.auto.tfvars': `size = ${sizes.db}\n`,
  }
}

function manifest(more: string): string {
  return `
version: 1
project: shop
environments: { dev: {} }
components:
  network: { terraform: infra/network }
  db: { terraform: infra/db }
${more}`
}

/** What gives a component another size. */
export const sized = (component: string, size: number) => ({
  [`infra/${component}/size.auto.tfvars`]: `size = ${size}\n`,
})

/** A job that waits until a file is there. */
export function waitingJob(file: string): Readonly<Record<string, string>> {
  return {
    'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  slow:
    terraform: infra/slow
    before: [{ run: 'touch ${file}.begun; while [ ! -e ${file} ]; do sleep 0.05; done', on: [plan] }]
`,
    'infra/slow/main.tf': keeps(),
  }
}
