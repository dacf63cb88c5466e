import { useMutation } from '@tanstack/react-query'
import { may } from '../../../lib/access.ts'
import { type FormValues, fieldError, formError, submitted } from '../../../lib/form.ts'
import { type Role, roleWords } from '../../../lib/permission-words.ts'
import { useSession } from '../../../lib/queries.ts'
import type { SetProjectForge } from '../../../lib/types.ts'
import { Button } from '../../../ui/button.tsx'
import { Checkbox, Field, Input, Select } from '../../../ui/field.tsx'
import { Link } from '../../../ui/link.tsx'
import { Section } from '../../../ui/page-header.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { announce } from '../../../ui/toast.tsx'
import { setForge, showForge } from './forge-queries.ts'
import type { HostProps } from './to-paste.tsx'

const levels = [
  { level: 'read', words: 'Who may read it' },
  { level: 'write', words: 'Who may write to it' },
  { level: 'admin', words: 'Who administers it' },
] as const

/** What people of the host may do here, how Portolan is called there, and what its files may run. */
export function HostSettings({ project, forge }: HostProps) {
  const isAdmin = may(useSession(), 'admin', { project })
  const { kind, settings } = forge
  const save = useMutation({
    mutationFn: (wish: SetProjectForge) => setForge(project, wish),
    onSuccess: (saved) => {
      announce('Saved.')
      showForge(project, saved)
    },
  })
  const error = formError(save.error, ['settings.botLogin'])
  return (
    <Section
      title="People of the host"
      description={
        <>
          Whose login is linked to a person has their roles: see{' '}
          <Link to="/settings/identities" className="underline">
            host logins
          </Link>
          . For all others, what they may on the repository decides; without a role their commands
          are refused.
        </>
      }
    >
      <form
        className="flex max-w-4xl flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5"
        onSubmit={submitted((value) => {
          if (kind !== 'git') save.mutate({ kind, settings: settingsOf(value, isAdmin) })
        })}
      >
        {error !== undefined && <ErrorState as="box" title="It was not saved" error={error} />}
        <fieldset disabled={!isAdmin} className="grid gap-4 sm:grid-cols-3">
          <legend className="sr-only">Roles by what people may on the repository</legend>
          {levels.map(({ level, words }) => (
            <Field key={level} label={words}>
              {(control) => (
                <Select {...control} name={level} defaultValue={settings?.hostRoles[level] ?? ''}>
                  <option value="">no role</option>
                  {Object.keys(roleWords).map((role) => (
                    <option key={role}>{role}</option>
                  ))}
                </Select>
              )}
            </Field>
          ))}
        </fieldset>
        <Field
          label="Login of Portolan on the host"
          optional
          hint="A comment that begins with @ and this name is a command too."
          error={fieldError(save.error, 'settings.botLogin')}
          className="max-w-80"
        >
          {(control) => (
            <Input
              {...control}
              mono
              name="botLogin"
              maxLength={100}
              autoComplete="off"
              defaultValue={settings?.botLogin}
              placeholder="portolan-bot"
            />
          )}
        </Field>
        <Checkbox
          name="customWorkflows"
          disabled={!isAdmin}
          defaultChecked={settings?.customWorkflows ?? false}
          label="Run commands of custom workflows"
          hint="Commands that an atlantis.yaml of the base branch names run on this server, with what runs are given. Allow it only where you trust who may merge."
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={save.isPending}>
            Save
          </Button>
          {!isAdmin && (
            <span className="text-muted">
              Roles and workflows are for an administrator of the project.
            </span>
          )}
        </div>
      </form>
    </Section>
  )
}

function settingsOf(value: FormValues, isAdmin: boolean): NonNullable<SetProjectForge['settings']> {
  const botLogin = value('botLogin').trim()
  if (!isAdmin) return { botLogin }
  return {
    botLogin,
    customWorkflows: value('customWorkflows') === 'on',
    hostRoles: hostRolesOf(value),
  }
}

function hostRolesOf(value: FormValues) {
  const chosen = levels.flatMap(({ level }) => {
    const role = value(level)
    return isRole(role) ? [[level, role] as const] : []
  })
  return Object.fromEntries(chosen)
}

function isRole(name: string): name is Role {
  return name in roleWords
}
