import type { Datum } from '../expressions/datum.ts'
import { Dict } from '../expressions/datum.ts'
import { Fault } from '../expressions/fault.ts'
import type { OutputRead } from '../expressions/reads.ts'
import type { World } from '../expressions/scope.ts'
import type { Component, Environment } from '../manifest.ts'
import type { ResolveContext, RunFacts } from './context.ts'

type Names = ReadonlyMap<string, Datum>

interface WorldParts {
  readonly names: Names
  readonly context: ResolveContext
  readonly output?: ((read: OutputRead) => Datum) | undefined
  readonly secretive?: (() => boolean) | undefined
}

export function createWorld({ names, context, output, secretive }: WorldParts): World {
  return {
    get secretive() {
      return secretive?.() ?? false
    },
    name: (name) => names.get(name),
    output(read) {
      if (output !== undefined) return output(read)
      throw new Fault('`outputs` cannot be used here', read)
    },
    file: context.readFile,
    commitOf: context.gitCommitOf,
  }
}

/** What every expression of an environment may use beside its values. */
export function environmentNames(environment: Environment, context: ResolveContext): Names {
  return new Map([
    [
      'env',
      Dict.of([
        ['name', environment.name],
        ['order', BigInt(environment.order)],
      ]),
    ],
    ['git', gitNames(context.git)],
  ])
}

export function componentNames(component: Component, run: RunFacts | undefined): Names {
  const { name, kind } = component
  const names = new Map<string, Datum>([
    [
      'component',
      Dict.of([
        ['name', name],
        ['kind', kind],
      ]),
    ],
  ])
  if (run !== undefined) {
    names.set(
      'run',
      Dict.of([
        ['id', BigInt(run.id)],
        ['actor', run.actor],
      ]),
    )
  }
  return names
}

/** What is known of git, looked at when it is read; a repository without commits has no `git.commit`. */
function gitNames(git: ResolveContext['git']): Dict {
  const names = ['commit', 'branch', 'author'] as const
  return new Dict(
    () => names.filter((name) => git[name] !== undefined),
    (key) => git[names.find((name) => name === key) ?? 'commit'] ?? null,
  )
}
