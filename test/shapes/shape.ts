import type { Terraform } from './tool.ts'

/** Where a shape stands on the disk: the same paths for both tools, one after the other. */
export interface Place {
  /** The git repository. */
  readonly root: string
  /** The root module inside of it. */
  readonly module: string
  /** Beside the repository: the real world of the test provider, other repositories, the tools' data. */
  readonly beside: string
  /** A server that keeps states as the `http` backend wants it, empty at first: `…/NAME` is a state. */
  readonly stateServer: string
}

/** A file's text, a symbolic link, or nothing (the file is removed). */
export type File = string | { readonly link: string } | undefined

/** Files by their path from the repository's root. */
export type Files = Readonly<Record<string, File>>

export type Ended = 'unchanged' | 'changes' | 'applied' | 'failed'

/** What a step of a story left behind, without all that may differ between two tellings of it. */
export interface Step {
  readonly name: StepName
  readonly ended: Ended
  /** Of a plan: `terraform_data.a: create`, `output.b`, sorted. */
  readonly actions: readonly string[]
  /** Of an apply: the whole state, undefined when there is none. */
  readonly state: NormalState | undefined
  /** Everything that was printed. */
  readonly text: string
}

/** A state of format 4; numbers are text (`number 1`), random ids are counted (`id 1`). */
export interface NormalState {
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>
  readonly resources?: readonly {
    readonly type: string
    readonly name: string
    readonly instances: readonly {
      readonly status?: string
      readonly attributes: Readonly<Record<string, unknown>>
    }[]
  }[]
}

export type StepName =
  | 'plan'
  | 'apply'
  | 'plan again'
  | 'plan the change'
  | 'apply the change'
  | 'plan the change again'
  | 'destroy'

export type Story = Readonly<Record<StepName, Step>>

/** One kind of root module, and how it changes. */
export interface Shape {
  readonly name: string
  /** The repository directory's name. */
  readonly repository?: string
  /** False: the directory is no git repository. */
  readonly git?: false
  /** The root module's path from the repository's root. */
  readonly module?: string
  readonly files: Files | ((place: Place) => Files)
  /** Laid over `files` before the second apply. */
  readonly changed: Files | ((place: Place) => Files)
  /** Laid over both for plain Terraform alone, where it cannot do what Portolan does. */
  readonly plainFiles?: Files
  /** Variables of the environment. */
  readonly environment?: (place: Place) => Readonly<Record<string, string>>
  /** Values of `-var`. */
  readonly variables?: Readonly<Record<string, string>>
  /** Files of `-var-file`, from the root module. */
  readonly variableFiles?: readonly string[]
  /** Terraform's workspace. */
  readonly workspace?: string
  /** Makes what must exist before the first step. */
  readonly prepare?: (place: Place, tool: Terraform) => Promise<void>
  /** Ends what `prepare` started. */
  readonly finish?: () => Promise<void>
  /** What happens to the real world between the first apply and the plan after it. */
  readonly meanwhile?: (place: Place) => Promise<void>
  /** How the steps end, only where it is not how an ordinary module's do. */
  readonly ends?: Readonly<Partial<Record<StepName, Ended>>>
  /** What must be so, beside both tools doing the same. */
  readonly check?: (story: Story, place: Place) => void | Promise<void>
  /** What Portolan must do and plain Terraform does not. */
  readonly checkOurs?: (story: Story, place: Place) => void | Promise<void>
}
