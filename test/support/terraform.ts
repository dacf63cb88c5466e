import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  type Child,
  type ChildExit,
  runCommand,
  startCommand,
} from '../../src/platform/process/process.ts'

export interface TerraformResult {
  readonly exitCode: number | undefined
  /** Standard output and error, without colour and frames, spaces made one. */
  readonly text: string
  readonly stdout: string
}

/** A directory with a root module, and the real Terraform in it. */
export interface Module {
  readonly directory: string
  write(file: string, content: string): Promise<void>
  read(file: string): Promise<string>
  run(...args: string[]): Promise<TerraformResult>
  /** Runs and throws when it fails. */
  ok(...args: string[]): Promise<TerraformResult>
  /** Starts it in a process group of its own. */
  start(
    ...args: string[]
  ): Promise<Child & { readonly ended: Promise<ChildExit & { text: string }> }>
}

export interface Terraform {
  /** A new root module whose state is at an address, with `backend "http" {}` beside `content`. */
  module(content: string, state: Backend): Promise<Module>
  remove(): Promise<void>
}

export interface Backend {
  readonly address: string
  readonly token: string
  readonly env?: Readonly<Record<string, string>>
}

export async function createTerraform(): Promise<Terraform> {
  const root = await mkdtemp(path.join(tmpdir(), 'portolan-terraform-'))
  let made = 0
  return {
    module: async (content, backend) => {
      made += 1
      const directory = path.join(root, String(made))
      await mkdir(directory)
      await writeFile(path.join(directory, 'main.tf'), content)
      await writeFile(path.join(directory, 'backend.tf'), 'terraform {\n  backend "http" {}\n}\n')
      return openModule(directory, environment(root, backend))
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

function environment(home: string, { address, token, env }: Backend): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
    TF_INPUT: '0',
    TF_IN_AUTOMATION: '1',
    TF_HTTP_ADDRESS: address,
    TF_HTTP_LOCK_ADDRESS: address,
    TF_HTTP_UNLOCK_ADDRESS: address,
    TF_HTTP_USERNAME: 'anybody',
    TF_HTTP_PASSWORD: token,
    TF_HTTP_RETRY_WAIT_MIN: '1',
    TF_HTTP_RETRY_WAIT_MAX: '1',
    ...env,
  }
}

function openModule(directory: string, env: Record<string, string>): Module {
  const run = async (...args: string[]): Promise<TerraformResult> => {
    const result = await runCommand('terraform', args, { cwd: directory, env, timeout: 50_000 })
    const stdout = result.stdout.toString('utf8')
    return { exitCode: result.exitCode, stdout, text: plain(`${stdout}\n${result.stderr}`) }
  }
  return {
    directory,
    write: (file, content) => writeFile(path.join(directory, file), content),
    read: (file) => readFile(path.join(directory, file), 'utf8'),
    run,
    ok: async (...args) => {
      const result = await run(...args)
      if (result.exitCode !== 0) {
        throw new Error(`terraform ${args.join(' ')} ended with ${result.exitCode}: ${result.text}`)
      }
      return result
    },
    start: async (...args) => {
      let output = ''
      const child = await startCommand('terraform', args, {
        cwd: directory,
        env,
        onOutput: (chunk) => {
          output += chunk.toString('utf8')
        },
      })
      return { ...child, ended: child.exited.then((exit) => ({ ...exit, text: plain(output) })) }
    },
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape.
const decoration = /\u001b\[[0-9;]*m|[│╷╵]/g

function plain(text: string): string {
  return text.replace(decoration, '').replace(/\s+/g, ' ')
}
