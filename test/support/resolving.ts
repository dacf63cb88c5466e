import {
  createResolver,
  type Definition,
  type Manifest,
  type OutputLookup,
  type Resolution,
  type ResolveContext,
  type Resolver,
} from '../../src/manifest/index.ts'
import { parseTexts } from '../../src/manifest/reading/parse.ts'

/** A manifest as it stands in `portolan.yaml`; what is wrong with its shape fails the test. */
export function manifestFrom(text: string, root = '/nowhere'): Manifest {
  const { manifest, problems } = parseTexts(root, [{ file: 'portolan.yaml', text }])
  if (problems.length > 0) throw new Error(problems.map((one) => one.message).join('\n'))
  return manifest
}

interface Surroundings {
  readonly set?: Readonly<Record<string, string>>
  /** Files of the repository. */
  readonly files?: Readonly<Record<string, string>>
  readonly git?: ResolveContext['git']
  readonly run?: ResolveContext['run']
}

/** A manifest with its meaning, by the names of its parts. */
export interface Meaning {
  readonly manifest: Manifest
  readonly resolver: Resolver
  definition(name: string): Definition
  resolve(name: string, lookup?: OutputLookup): Resolution
  values(environment: string): Readonly<Record<string, unknown>>
}

export function meaningOf(text: string, surroundings: Surroundings = {}): Meaning {
  const { set = {}, files = {}, git, run } = surroundings
  const manifest = manifestFrom(text)
  const resolver = createResolver(manifest, {
    git: git ?? { commit: 'c0ffee', branch: 'main', author: 'Ada <ada@example.com>' },
    set,
    run,
    readFile: (file) => (Object.hasOwn(files, file) ? files[file] : undefined),
    gitCommitOf: (file) => (Object.hasOwn(files, file) ? 'c0ffee' : undefined),
  })
  const environmentOf = (name: string) => known(manifest.environments.get(name), name)
  const definition = (name: string) => {
    const [component = '', environment = 'default'] = name.split('@')
    const found = known(manifest.components.get(component), component)
    return resolver.definition(found, environmentOf(environment))
  }
  return {
    manifest,
    resolver,
    definition,
    resolve: (name, lookup = unknown) => resolver.resolve(definition(name), lookup),
    values: (environment) => resolver.values(environmentOf(environment)),
  }
}

const unknown: OutputLookup = () => ({ is: 'unknown' })

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the manifest has no ${name}`)
  return found
}
