import { appendFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { compare, concludeGoal, format, print } from './measure.ts'
import { type Shop, withShop } from './support/shop.ts'

const COMPONENTS = 10_000
const MODULES = 2_000
const GOAL = 100

/** What a branch affects in a repository of 10,000 components and 2,000 modules that they share. */
export async function run(): Promise<void> {
  await withShop(async (shop) => {
    await shop.write(repository())
    await shop.commit('first')
    await shop.command('git', ['switch', '--quiet', '--create', 'work'])
    await change(shop)
    const start = performance.now()
    const affected = (await shop.portolan('affected')).trim().split('\n').length
    print(
      `  the first \`portolan affected\`, nothing remembered ${format(performance.now() - start)}`,
    )
    const git = (...args: string[]) => ({
      name: `git ${args.join(' ')}`,
      run: async () => void (await shop.command('git', args)),
    })
    const [ours = 0] = await compare(
      [
        { ...side(shop, 'affected'), name: `portolan affected (${affected} workspaces)` },
        git('diff', '--name-only', 'main'),
        git('ls-files', '--others', '--exclude-standard'),
        {
          name: 'node -e 0',
          run: async () => void (await shop.command(process.execPath, ['-e', '0'])),
        },
      ],
      21,
    )
    await others(shop)
    concludeGoal('affected-10k', ours, GOAL)
  })
}

function side({ portolan }: Shop, ...args: string[]) {
  return { name: `portolan ${args.join(' ')}`, run: async () => void (await portolan(...args)) }
}

/** With the manifest changed too, and with none at all. */
async function others(shop: Shop): Promise<void> {
  const file = path.join(shop.directory, 'portolan.yaml')
  await appendFile(file, '  more: { terraform: infra/area-0/c0 }\n')
  await compare([{ ...side(shop, 'affected'), name: '… the manifest changed too' }], 5)
  await rm(file)
  await shop.commit('third')
  await appendFile(path.join(shop.directory, 'modules/m7/main.tf'), '# changed\n')
  await compare([{ ...side(shop, 'affected', 'HEAD'), name: '… without a manifest' }], 5)
}

function repository(): Record<string, string> {
  const files: Record<string, string> = {}
  for (let at = 0; at < MODULES; at += 1) {
    const calls = at % 5 === 4 ? [`../m${Math.floor(at / 7)}`] : []
    files[`modules/m${at}/main.tf`] = `variable "name" {}\n${moduleCalls(calls)}`
    files[`modules/m${at}/outputs.tf`] = 'output "id" {\n  value = var.name\n}\n'
  }
  const components: string[] = []
  for (let at = 0; at < COMPONENTS; at += 1) {
    const directory = `infra/area-${Math.floor(at / 100)}/c${at}`
    const calls = [at % MODULES, (at * 7 + 3) % MODULES].map((one) => `../../../modules/m${one}`)
    files[`${directory}/main.tf`] = `variable "name" {}\n${moduleCalls(calls)}`
    files[`${directory}/outputs.tf`] = 'output "id" {\n  value = module.m0.id\n}\n'
    components.push(`  c${at}:`, `    terraform: ${directory}`, '    inputs:', `      name: c${at}`)
  }
  return { ...files, 'portolan.yaml': ['version: 1', 'components:', ...components, ''].join('\n') }
}

function moduleCalls(sources: readonly string[]): string {
  return sources
    .map((source, at) => `module "m${at}" {\n  source = "${source}"\n  name   = var.name\n}\n`)
    .join('')
}

/** A module and a component in a commit, another one and a new file in the working tree. */
async function change(shop: Shop): Promise<void> {
  const add = (file: string) => appendFile(path.join(shop.directory, file), '# changed\n')
  await add('modules/m5/main.tf')
  await add('infra/area-0/c1/main.tf')
  await shop.commit('second')
  await add('modules/m6/main.tf')
  await add('infra/area-3/c300/new.tf')
}
