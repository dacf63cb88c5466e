import { invalid } from '../platform/errors.ts'
import { type VariableIdentity, variableText } from './variable.ts'

/** Names that no variable may have, with the reason that a person is told. */
const refused: readonly (readonly [names: RegExp, why: string])[] = [
  [
    /^((TF|TOFU)_CLI_ARGS.*|TF_INPUT|TF_IN_AUTOMATION|TF_STATE_PERSIST_INTERVAL|CHECKPOINT_DISABLE)$/,
    'it would change how Portolan runs Terraform',
  ],
  [
    /^(TF_DATA_DIR|TF_WORKSPACE|TF_FORCE_LOCAL_BACKEND|TF_CLOUD_.*|TF_HTTP_(?!USERNAME$|PASSWORD$|CLIENT_).*)$/,
    'it would change where the state lies',
  ],
  [
    /^((TF|TOFU)_CLI_CONFIG_FILE|TERRAFORM_CONFIG|TF_PLUGIN_CACHE.*|TF_REATTACH_PROVIDERS|TF_(TEMP_)?LOG_PATH|TF_LOG_PROVIDER.*|SSLKEYLOGFILE)$/,
    'it would put other providers in the place of those that are locked, or write files beside the run',
  ],
  [/^PORTOLAN_/, "PORTOLAN_ names are Portolan's own"],
  [
    /^(PATH|HOME|PWD|OLDPWD|TMPDIR|TMP|TEMP|XDG_.*|USER|LOGNAME|SHELL)$/,
    'a run has its own home and finds its programs where Portolan looks',
  ],
  [
    /^(LD_.*|DYLD_.*|GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|HOSTALIASES)$/,
    'it would load other code into the programs of a run',
  ],
  [
    /^(ENV|BASH_.*|BASHOPTS|SHELLOPTS|IFS|PS4|CDPATH|GLOBIGNORE|PROMPT_COMMAND|ZDOTDIR)$/,
    'it would change what the shell runs',
  ],
  [
    /^(NODE_OPTIONS|NODE_PATH|NODE_REPL_.*|PYTHON(PATH|HOME|STARTUP|USERBASE|BREAKPOINT|INSPECT)|PERL5.*|PERLLIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH)$/,
    'it would load other code into the programs of a run',
  ],
  [
    /^(GIT_.*|SSH_ASKPASS.*|EDITOR|VISUAL|PAGER|BROWSER)$/,
    'it would change which program is run, or which repository is read',
  ],
]

/** A string of the environment of a program on Linux, its end included, is at most so long. */
const LONGEST = 128 * 1024

/**
 * Refuses what would be no variable, or would give somebody who may only write variables a say in what
 * Portolan runs and where its state lies.
 * @throws AppError `invalid`
 */
export function checkVariable(variable: VariableIdentity, value: string): void {
  checkPlace(variable)
  if (value.includes('\0')) {
    throw invalid(`the value of ${variableText(variable)} has a NUL character in it`, {
      next: 'Give it as text, in base64 for example.',
    })
  }
  if (variable.kind === 'terraform') checkInput(variable)
  else checkEnvironmentVariable(variable)
  if (Buffer.byteLength(`TF_VAR_${variable.name}=${value}`) < LONGEST) return
  throw invalid(`the value of ${variableText(variable)} is longer than 128 KiB`, {
    next: 'Give the program a file or an address to read it from.',
  })
}

function checkInput(variable: VariableIdentity): void {
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(variable.name)) {
    throw invalid(`${JSON.stringify(variable.name)} is no name of a Terraform variable`, {
      next: 'Use letters, digits, _ and -, and a letter at the beginning.',
    })
  }
}

function checkEnvironmentVariable({ name }: VariableIdentity): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw invalid(`${JSON.stringify(name)} is no name of an environment variable`, {
      next: 'Use letters, digits and _, and no digit at the beginning.',
    })
  }
  const input = /^TF_VAR_(.+)$/.exec(name)?.[1]
  if (input !== undefined) {
    throw invalid(`${name} is Terraform's variable ${input} in disguise`, {
      next: `Set ${input} with the kind terraform.`,
    })
  }
  const why = refused.find(([names]) => names.test(name))?.[1]
  if (why === undefined) return
  throw invalid(`the environment variable ${name} cannot be set: ${why}`, {
    next: 'Give the program what it needs by another name, or in the repository, where it is reviewed.',
  })
}

/** Names of environments and components as a workspace's may be. */
function checkPlace({ environment, component }: VariableIdentity): void {
  if (environment !== undefined && /^$|[@/\s\p{Cc}\uFFFD]/u.test(environment)) {
    throw unfitPlace(`${JSON.stringify(environment)} is no name of an environment`)
  }
  if (component !== undefined && /^$|[@\p{Cc}\u2028\u2029\uFFFD]/u.test(component)) {
    throw unfitPlace(`${JSON.stringify(component)} is no name of a component`)
  }
}

function unfitPlace(message: string) {
  return invalid(message, { next: 'Write it as the manifest does; leave it out for all of them.' })
}

const ordinary =
  /^(AWS_(DEFAULT_)?REGION|GOOGLE_(REGION|ZONE)|CLOUDSDK_COMPUTE_(REGION|ZONE)|ARM_ENVIRONMENT|TF_LOG(_[A-Z]+)?)$/

/** An environment variable whose value is no secret, and would make a plan unreadable if it were masked. */
export function isOrdinary({ kind, name }: Pick<VariableIdentity, 'kind' | 'name'>): boolean {
  return kind === 'environment' && ordinary.test(name)
}
