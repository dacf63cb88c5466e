import path from 'node:path'
import { invalid } from '../platform/errors.ts'

/** A component in an environment: what has a state, a lock, a history and runs. */
export interface Workspace {
  readonly id: string
  readonly project: string
  readonly component: string
  readonly environment: string
}

// Control characters, line separators, and what Node puts in place of bytes that are no UTF-8:
// two directories that differ only in such bytes would become one name.
const unfit = /[\p{Cc}\u2028\u2029\uFFFD]/u

const ROOT = 'root'

/**
 * The component of a root module: its path from the repository's root. Distinct directories
 * have distinct components.
 * @throws AppError `invalid` for a directory whose name cannot be a component.
 */
export function componentOf(repositoryRoot: string, directory: string): string {
  const relative = path.relative(repositoryRoot, directory).split(path.sep).join('/')
  if (relative === '') return ROOT
  if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
    throw invalid(`the directory ${directory} is outside the repository ${repositoryRoot}`)
  }
  checkName(relative, 'directory')
  // The root module owns the short name; a directory of that name is written like a path.
  return relative === ROOT ? `./${ROOT}` : relative
}

/** The directory of a component, the inverse of `componentOf`. */
export function directoryOf(repositoryRoot: string, component: string): string {
  return component === ROOT ? repositoryRoot : path.join(repositoryRoot, component)
}

/** @throws AppError `invalid` for a name that no workspace may have. */
export function checkEnvironment(environment: string): string {
  checkName(environment, 'environment')
  if (environment === '' || /[/\s]/.test(environment)) {
    throw invalid(
      `the environment's name ${JSON.stringify(environment)} is empty or holds a space or a slash`,
      {
        next: 'Choose a name of letters, digits, dots and dashes.',
      },
    )
  }
  return environment
}

/** @throws AppError `invalid` for a name that no project may have. */
export function checkProject(name: string): string {
  checkName(name, 'project')
  if (name === '' || name.includes('/')) {
    throw invalid(`the project's name ${JSON.stringify(name)} is empty or holds a slash`, {
      next: 'Set another with `git config portolan.project NAME`.',
    })
  }
  return name
}

/** A name for a project made of whatever a directory or a remote is called. */
export function projectNameFrom(text: string): string {
  const name = text
    .replace(/[\p{Cc}\u2028\u2029\uFFFD@/\s]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
  return name === '' || name === '.' || name === '..' ? 'project' : name
}

function checkName(name: string, what: string): void {
  if (name.includes('@')) {
    throw invalid(
      `the ${what} ${JSON.stringify(name)} has an @ in its name, which separates component and environment`,
      {
        next: `Rename the ${what}.`,
      },
    )
  }
  if (unfit.test(name)) {
    throw invalid(
      `the ${what} ${JSON.stringify(name)} has control characters or broken UTF-8 in its name`,
      {
        next: `Rename the ${what}.`,
      },
    )
  }
}

/** `component@environment`, or in full `project/component@environment`. */
export function workspaceName(
  workspace: Omit<Workspace, 'id'>,
  form: 'short' | 'full' = 'short',
): string {
  const short = `${workspace.component}@${workspace.environment}`
  return form === 'short' ? short : `${workspace.project}/${short}`
}

/** What a person wrote for a workspace: the path before the `@` may begin with a project's name. */
export interface WorkspaceReference {
  readonly path: string
  readonly environment: string
}

/** Reads `network@prod` or `shop/network@prod`; undefined when it is not of that form. */
export function parseWorkspaceName(text: string): WorkspaceReference | undefined {
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return undefined
  return { path: text.slice(0, at), environment: text.slice(at + 1) }
}
