/** Whose environment the tool sees: a person's own, or nothing but what is named. */
export interface ToolEnvironment {
  readonly kind: 'user' | 'clean'
  readonly variables: Readonly<Record<string, string>>
}

export interface ToolPlaces {
  readonly dataDirectory: string
  /** HOME and TMPDIR of a clean environment. */
  readonly home: string
  readonly temporary: string
  readonly terraformWorkspace: string
}

// Arguments and places from outside would change what Portolan runs and where its state lies.
const ours =
  /^(TF_CLI_ARGS.*|TF_DATA_DIR|TF_WORKSPACE|TF_INPUT|TF_IN_AUTOMATION|CHECKPOINT_DISABLE)$/
// On a server a job may not write logs to any path, or put another provider in the place of one.
const onlyForPersons = /^(TF_LOG_PATH|TF_LOG_PROVIDER.*|TF_REATTACH_PROVIDERS)$/

/** Whether a variable of a tool's environment is Portolan's to set. */
export function isReservedVariable(name: string): boolean {
  return ours.test(name)
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** What any program of a run sees: the person's environment, or only what is named and a home. */
export function programVariables(
  { kind, variables }: ToolEnvironment,
  places: Pick<ToolPlaces, 'home' | 'temporary'>,
): Readonly<Record<string, string>> {
  if (kind === 'user') return variables
  return { HOME: places.home, TMPDIR: places.temporary, PATH: defaultPath, ...variables }
}

/** The whole environment of a Terraform that Portolan starts. */
export function toolVariables(
  environment: ToolEnvironment,
  places: ToolPlaces,
): Readonly<Record<string, string>> {
  const clean = environment.kind === 'clean'
  const kept = Object.entries(programVariables(environment, places)).filter(
    ([name]) => !ours.test(name) && !(clean && onlyForPersons.test(name)),
  )
  return {
    ...Object.fromEntries(kept),
    TF_DATA_DIR: places.dataDirectory,
    TF_WORKSPACE: places.terraformWorkspace,
    TF_INPUT: '0',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  }
}

/**
 * Lets the tool collect its garbage later, unless the person says when. Measured: a fifth less CPU,
 * and up to three times the memory, of which a small workspace needs little.
 */
export function withLateCollection(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { GOGC: '400', ...variables }
}

/** The variables that send the `http` backend to one address, without locks. */
export function withHttpBackend(
  variables: Readonly<Record<string, string>>,
  address: string,
): Readonly<Record<string, string>> {
  const {
    TF_HTTP_LOCK_ADDRESS: _lock,
    TF_HTTP_UNLOCK_ADDRESS: _unlock,
    TF_HTTP_UPDATE_METHOD: _method,
    ...rest
  } = variables
  return { ...rest, TF_HTTP_ADDRESS: address, TF_HTTP_RETRY_MAX: '4' }
}

const secretName = /TOKEN|SECRET|PASSW|KEY|CREDENTIAL|PRIVATE|AUTH/i

/** Values of variables whose names say that they are secret. */
export function secretVariables(
  variables: Readonly<Record<string, string>>,
  sensitiveInputs: readonly string[],
): readonly string[] {
  const inputs = new Set(sensitiveInputs.map((name) => `TF_VAR_${name}`))
  return Object.entries(variables)
    .filter(([name]) => inputs.has(name) || (!name.startsWith('TF_VAR_') && secretName.test(name)))
    .map(([, value]) => value)
}
