import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compare, concludeGoal, format, print } from './measure.ts'
import { commandLine } from './support/command-line.ts'

const COMPONENTS = 10_000
const MODULES = 2_000
const GOAL = 100

/** What a branch affects in a repository of 10,000 components and 2,000 modules that they share. */
export async function run(): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'portolan-affected-10k-'))
  try {
    const root = path.join(home, 'repository')
    await makeRepository(root)
    const { git, node, portolan } = commandLine(root, home)
    await git('init', '--quiet', '--initial-branch=main')
    await git('add', '--all')
    await git('commit', '--quiet', '--message=first')
    await git('switch', '--quiet', '--create=work')
    await change(root, git)
    const start = performance.now()
    const affected = (await portolan('affected')).trim().split('\n').length
    print(
      `  the first \`portolan affected\`, nothing remembered ${format(performance.now() - start)}`,
    )
    const silent = async (work: Promise<string>) => void (await work)
    const [ours = 0] = await compare(
      [
        {
          name: `portolan affected (${affected} workspaces)`,
          run: () => silent(portolan('affected')),
        },
        {
          name: 'git diff --name-only main',
          run: () => silent(git('diff', '--name-only', 'main')),
        },
        {
          name: 'git ls-files --others --exclude-standard',
          run: () => silent(git('ls-files', '--others', '--exclude-standard')),
        },
        { name: 'node -e 0', run: () => silent(node('-e', '0')) },
      ],
      21,
    )
    await others(root, portolan, silent)
    concludeGoal('affected-10k', ours, GOAL)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** With the manifest changed too, and with none at all. */
async function others(
  root: string,
  portolan: (...args: string[]) => Promise<string>,
  silent: (work: Promise<string>) => Promise<void>,
): Promise<void> {
  const file = path.join(root, 'portolan.yaml')
  await appendFile(file, '  more: { terraform: infra/area-0/c0 }\n')
  await compare(
    [{ name: '… the manifest changed too', run: () => silent(portolan('affected')) }],
    5,
  )
  await rename(file, path.join(root, 'no.yaml'))
  const args = ['affected', 'HEAD'] // Compared with main every component would be new.
  await compare([{ name: '… without a manifest', run: () => silent(portolan(...args)) }], 5)
}

async function makeRepository(root: string): Promise<void> {
  const files = new Map<string, string>()
  for (let at = 0; at < MODULES; at += 1) {
    const calls = at % 5 === 4 ? [`../m${Math.floor(at / 7)}`] : []
    files.set(`modules/m${at}/main.tf`, `variable "name" {}\n${moduleCalls(calls)}`)
    files.set(`modules/m${at}/outputs.tf`, 'output "id" {\n  value = var.name\n}\n')
  }
  const components: string[] = []
  for (let at = 0; at < COMPONENTS; at += 1) {
    const directory = `infra/area-${Math.floor(at / 100)}/c${at}`
    const calls = [at % MODULES, (at * 7 + 3) % MODULES].map((one) => `../../../modules/m${one}`)
    files.set(`${directory}/main.tf`, `variable "name" {}\n${moduleCalls(calls)}`)
    files.set(`${directory}/outputs.tf`, 'output "id" {\n  value = module.m0.id\n}\n')
    components.push(`  c${at}:`, `    terraform: ${directory}`, '    inputs:', `      name: c${at}`)
  }
  files.set('portolan.yaml', ['version: 1', 'components:', ...components, ''].join('\n'))
  for (const [name, text] of files) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true })
    await writeFile(path.join(root, name), text)
  }
}

function moduleCalls(sources: readonly string[]): string {
  return sources
    .map((source, at) => `module "m${at}" {\n  source = "${source}"\n  name   = var.name\n}\n`)
    .join('')
}

/** A module and a component in a commit, another one and a new file in the working tree. */
async function change(root: string, git: (...args: string[]) => Promise<string>): Promise<void> {
  await appendFile(path.join(root, 'modules/m5/main.tf'), '# changed\n')
  await appendFile(path.join(root, 'infra/area-0/c1/main.tf'), '# changed\n')
  await git('commit', '--quiet', '--all', '--message=second')
  await appendFile(path.join(root, 'modules/m6/main.tf'), '# changed\n')
  await writeFile(path.join(root, 'infra/area-3/c300/new.tf'), '# new\n')
}
