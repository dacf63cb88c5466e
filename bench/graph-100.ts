import { cp } from 'node:fs/promises'
import path from 'node:path'
import { compare, conclude } from './measure.ts'
import { seeded } from './support/random.ts'
import { type Shop, withShop } from './support/shop.ts'

const count = 100

/**
 * A change to 100 small components, through the manifest and in its order, against init, plan and
 * apply by hand over the same directories, two at once and in no order. All were applied before.
 */
export async function run(): Promise<void> {
  await withShop(async (shop) => {
    await shop.write({ 'portolan.yaml': manifest(), ...modules(-1), '.gitignore': ignored })
    await shop.commit('the shop')
    const byHand = path.join(shop.beside, 'by-hand')
    await cp(shop.directory, byHand, { recursive: true })
    const [ours = 0, theirs = 0] = await compare(
      [
        {
          name: 'portolan apply --auto-approve',
          before: (round) => change(shop, round),
          run: async () => {
            await shop.portolan('apply', '--auto-approve')
          },
        },
        {
          name: 'xargs -P2: terraform init, plan, apply',
          before: async () => {
            await cp(shop.directory, byHand, { recursive: true })
          },
          run: async () => {
            await shop.command(
              'sh',
              ['-c', `ls -d c* | xargs -P2 -I{} sh -ec '${commands}'`],
              byHand,
            )
          },
        },
      ],
      3,
    )
    conclude('graph-100', ours, theirs)
  })
}

const commands =
  'cd {}; terraform init -input=false; terraform plan -input=false -out=plan; terraform apply -input=false plan'

const ignored = '.terraform\n.terraform.lock.hcl\n*.tfstate*\nplan\n'

async function change(shop: Shop, round: number): Promise<void> {
  await shop.write(modules(round))
  await shop.commit(`round ${round}`)
}

/** Each component takes what up to two before it gave. */
function manifest(): string {
  const random = seeded(100)
  const components = Array.from({ length: count }, (_, index) => {
    const wanted = index === 0 ? 0 : Math.floor(random() * 3)
    const needs = Array.from({ length: wanted }, () => Math.floor(random() * index))
    const inputs = [...new Set(needs)].map(
      (need) => `"${name(need)}": "\${{ outputs.${name(need)}.id }}"`,
    )
    return `  ${name(index)}:\n    terraform: ${name(index)}\n    inputs: { above: { ${inputs.join(', ')} } }\n    outputs: { id: string }\n`
  })
  return `version: 1\nproject: shop\nenvironments:\n  dev: {}\ncomponents:\n${components.join('')}`
}

function modules(round: number): Readonly<Record<string, string>> {
  const files = Array.from({ length: count }, (_, index) => [
    `${name(index)}/main.tf`,
    `variable "above" {
  type    = map(string)
  default = {}
}
resource "terraform_data" "item" {
  input = "round ${round}"
}
resource "terraform_data" "kept" {
  input = keys(var.above)
}
output "id" {
  value = terraform_data.item.id
}
`,
  ])
  return Object.fromEntries(files)
}

function name(index: number): string {
  return `c${String(index).padStart(3, '0')}`
}
