/** A root module that gives out what it gets. */
export const echo = (input: string, extra = '') => `
variable "${input}" {}
resource "terraform_data" "this" { input = var.${input} }
output "${input}" { value = terraform_data.this.input }
${extra}`

/** Two components in two environments, prod behind a gate. */
export function shop(gate: string, more: Readonly<Record<string, string>> = {}) {
  return {
    'portolan.yaml': `
version: 1
project: shop
values: { size: 1 }
environments:
  dev: {}
  prod: { after: dev, gate: ${gate} }
components:
  network: { terraform: infra/network, inputs: { size: "\${{ values.size }}" } }
  db: { terraform: infra/db, inputs: { network: "\${{ outputs.network.size }}" }, protect: true }
`,
    'infra/network/main.tf': echo('size'),
    'infra/db/main.tf': echo('network'),
    ...more,
  }
}

/** One job that says a line, waits until a file is there, and says another one. */
export function waitingJob(file: string) {
  return {
    'portolan.yaml': `
version: 1
project: shop
environments: { dev: {} }
components:
  slow: { run: sh slow.sh }
  after: { run: echo after, needs: [slow] }
`,
    'slow.sh': `echo begun; while [ ! -e ${file} ]; do sleep 0.05; done; echo ended\n`,
  }
}
