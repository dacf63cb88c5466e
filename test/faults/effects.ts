import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { eventually, expectDone, type Laptop } from './laptop.ts'

/** Resources one after the other; each writes its name into the ledger when it really happens. */
export function chain(laptop: Laptop, length: number, options: { gateAt?: number } = {}): string {
  const ledger = path.join(laptop.root, 'ledger')
  const gate = path.join(laptop.root, 'gate')
  return Array.from({ length }, (_, at) => {
    const wait =
      at === options.gateAt
        ? `touch ${gate}.reached; until [ -e ${gate}.open ]; do sleep 0.02; done; `
        : ''
    const after = at === 0 ? '' : `depends_on = [terraform_data.r${at - 1}]`
    return `
resource "terraform_data" "r${at}" {
  input = "value ${at}"
  ${after}
  provisioner "local-exec" { command = "${wait}echo r${at} >> ${ledger}" }
}`
  }).join('\n')
}

/** The resource at the gate has begun. */
export async function reached(laptop: Laptop): Promise<void> {
  await eventually('the gate', () => existsSync(path.join(laptop.root, 'gate.reached')))
}

export async function openGate(laptop: Laptop): Promise<void> {
  await writeFile(path.join(laptop.root, 'gate.open'), '')
}

/** For the next module with a gate. */
export async function closeGate(laptop: Laptop): Promise<void> {
  for (const end of ['reached', 'open']) {
    await rm(path.join(laptop.root, `gate.${end}`), { force: true })
  }
}

/** What really happened, in order. */
export async function effects(laptop: Laptop): Promise<string[]> {
  const text = await readFile(path.join(laptop.root, 'ledger'), 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

export function names(length: number): string[] {
  return Array.from({ length }, (_, at) => `r${at}`)
}

/** The resources of the recorded state. */
export async function recorded(laptop: Laptop): Promise<string[]> {
  if (laptop.environment['DATABASE_URL'] !== undefined) {
    const [row] = await laptop.sql<{ content: Buffer }>(
      'select content from state_versions order by number desc limit 1',
    )
    return row === undefined ? [] : resourcesIn(gunzipSync(row.content).toString('utf8'))
  }
  return resourcesIn(expectDone(await laptop.run('state', 'pull')).stdout)
}

/** The resources of what was streamed of an apply that is at work, or whose end nobody saw. */
export async function streamed(laptop: Laptop): Promise<string[]> {
  const [row] = await laptop.sql<{ content: Buffer }>('select content from live_states')
  return row === undefined ? [] : resourcesIn(gunzipSync(row.content).toString('utf8'))
}

/** The resources of the file that Terraform left; undefined when it was killed while writing it. */
export async function onDisk(laptop: Laptop): Promise<string[] | undefined> {
  for (const name of await readdir(laptop.dataHome, { recursive: true })) {
    if (!/workspaces\/[^/]+\/terraform\.tfstate$/.test(name)) continue
    const text = await readFile(path.join(laptop.dataHome, name), 'utf8')
    try {
      return resourcesIn(text)
    } catch {
      return undefined
    }
  }
  return []
}

function resourcesIn(text: string): string[] {
  const state: { resources: { mode: string; name: string }[] } = JSON.parse(text)
  return state.resources.filter((one) => one.mode === 'managed').map((one) => one.name)
}

/** A plan of this module waits for the answer of a server. */
export interface HeldPlan extends AsyncDisposable {
  readonly module: string
  /** A plan is waiting. */
  readonly asked: Promise<void>
  answer(): void
}

export async function holdPlan(): Promise<HeldPlan> {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const server = createServer(async (_request, response) => {
    asked.resolve()
    await answered.promise
    response.end('{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    module: `
data "terraform_remote_state" "elsewhere" {
  backend = "http"
  config  = { address = "http://127.0.0.1:${port}/" }
}
resource "terraform_data" "planned" {}
`,
    asked: asked.promise,
    answer: () => answered.resolve(),
    [Symbol.asyncDispose]: async () => {
      answered.resolve()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
