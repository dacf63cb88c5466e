/** What a comment asks of Portolan. */
export type Command =
  | {
      readonly name: 'plan'
      readonly selection: CommandSelection
      /** What stood behind `--`: Terraform's. */
      readonly extraArguments: readonly string[]
    }
  | {
      readonly name: 'apply'
      readonly selection: CommandSelection
      /** Why protected resources may go: `--force "reason"`. */
      readonly override: string | undefined
    }
  | {
      readonly name: 'approve'
      readonly selection: CommandSelection
      /** First digits of the digest that is agreed to. */
      readonly digest: string | undefined
      readonly override: string | undefined
    }
  | { readonly name: 'destroy'; readonly selection: CommandSelection }
  | {
      readonly name: 'import'
      readonly selection: CommandSelection
      readonly address: string
      readonly id: string
    }
  | { readonly name: 'resume'; readonly selection: CommandSelection }
  /** `discard` ends the change; `cancel` what is at work; `unlock` lets go of what it reserved, and discards. */
  | { readonly name: 'discard' | 'cancel' | 'unlock' }
  | { readonly name: 'help'; readonly about: string | undefined }

/** Which workspaces are meant; all that the pull request affects when nothing is named. */
export interface CommandSelection {
  /** `-e` */
  readonly environments: readonly string[]
  /** `-c` */
  readonly components: readonly string[]
  readonly withDependencies: boolean
  /** Atlantis's `-d`, `-w`, `-p`: a directory, Terraform's workspace, a project's name. */
  readonly directory: string | undefined
  readonly terraformWorkspace: string | undefined
  readonly project: string | undefined
}

export type ParsedCommand =
  | { readonly command: Command; readonly refused?: undefined }
  /** It is meant for Portolan, and wrong: why, and what would be right. Nothing is done. */
  | { readonly command?: undefined; readonly refused: string }

export interface CommandWords {
  /** How Portolan is called: `portolan`, `@portolan-bot`, and `atlantis` where that is permitted. */
  readonly names: readonly string[]
}
