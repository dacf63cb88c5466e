import type { Place, Shape } from './shape.ts'

/** What a person does with a root module, with plain Terraform or through Portolan. */
export interface Terraform {
  readonly name: 'terraform' | 'portolan'
  /** Of files that were not planned before, or of the same ones again. */
  plan(files: 'new' | 'same'): Promise<Outcome>
  apply(): Promise<Outcome>
  destroy(): Promise<Outcome>
  /** The recorded state's text, empty when there is none. */
  state(): Promise<string>
  /** Any command of this tool. */
  run(...args: string[]): Promise<Outcome>
  /** Any command of plain Terraform, whichever tool this is. */
  terraform(...args: string[]): Promise<Outcome>
  /** Makes the state of a neighbouring root module, applied by this tool, readable over HTTP. */
  serve(module: string): Promise<Served>
}

/** What a `terraform_remote_state` with the backend `http` needs. */
export interface Served {
  readonly address: string
  readonly password: string
  close(): Promise<void>
}

export interface Outcome {
  readonly exitCode: number | undefined
  /** All that was printed. */
  readonly text: string
  readonly stdout: string
  /** Of a plan: its changes as `ADDRESS: ACTION`. */
  readonly actions: readonly string[]
}

export interface ToolOptions {
  readonly shape: Shape
  readonly place: Place
  /** The whole environment of the commands. */
  readonly environment: Readonly<Record<string, string>>
  /** An empty migrated database of this story's own. */
  readonly databaseUrl: string
}

export type OpenTool = (options: ToolOptions) => Terraform
