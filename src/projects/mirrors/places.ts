import path from 'node:path'

/** Where this server keeps repositories, and the environment that its programs find. */
export interface MirrorPlaces {
  /** Absolute. */
  readonly dataDirectory: string
  /** The process environment: PATH, HOME and what reaches a remote (proxies, the SSH agent). */
  readonly env: Readonly<Record<string, string>>
}

/** The bare repository of a project. */
export function mirrorOf({ dataDirectory }: MirrorPlaces, projectId: string): string {
  return path.join(dataDirectory, 'mirrors', projectId)
}

/** Where the checkouts of a project's commits are. */
export function commitsOf({ dataDirectory }: MirrorPlaces, projectId: string): string {
  return path.join(dataDirectory, 'commits', projectId)
}

export interface TreePlaces {
  readonly directory: string
  /** The working tree. */
  readonly tree: string
  /** Its repository as Portolan knows it: nothing that runs in the tree gets at it by chance. */
  readonly git: string
  /** Says for which commit and whom the tree is whole. */
  readonly marker: string
}

export function treeOf({ dataDirectory }: MirrorPlaces, workspaceId: string): TreePlaces {
  const directory = path.join(dataDirectory, 'workspaces', workspaceId)
  return {
    directory,
    tree: path.join(directory, 'tree'),
    git: path.join(directory, 'tree.git'),
    marker: path.join(directory, 'tree.json'),
  }
}

/** A whole commit id, as git writes it. */
export function isCommitId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}
