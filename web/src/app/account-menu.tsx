import { useNavigate } from '@tanstack/react-router'
import { KeyRound, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { api, done, forgetSession } from '../lib/api.ts'
import { useSession } from '../lib/queries.ts'
import { setTheme, useTheme } from '../lib/theme.ts'
import { Menu } from '../ui/menu.tsx'
import { announce } from '../ui/toast.tsx'

/** Who is signed in, their account, the theme, and the way out. */
export function AccountMenu() {
  const session = useSession()
  const navigate = useNavigate()
  const theme = useTheme()
  const signOut = async () => {
    try {
      await done(api.session.$delete())
    } catch {
      announce('Signing out did not reach the server: you may still be signed in.', 'warn')
      return
    }
    forgetSession()
    await navigate({ to: '/sign-in' })
  }
  const icon = 'size-4'
  return (
    <Menu
      label={`Signed in as ${session.name}`}
      side="above"
      trigger={
        <>
          <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{session.fullName ?? session.name}</span>
            <span className="block truncate text-muted text-xs">{session.name}</span>
          </span>
        </>
      }
      items={[
        {
          label: 'My account',
          icon: <KeyRound aria-hidden className={icon} />,
          onSelect: () => {
            navigate({ to: '/settings/account' }).catch(() => undefined)
          },
        },
        {
          label: 'Light',
          icon: <Sun aria-hidden className={icon} />,
          checked: theme === 'light',
          onSelect: () => setTheme('light'),
        },
        {
          label: 'Dark',
          icon: <Moon aria-hidden className={icon} />,
          checked: theme === 'dark',
          onSelect: () => setTheme('dark'),
        },
        {
          label: 'As the system',
          icon: <Monitor aria-hidden className={icon} />,
          checked: theme === 'system',
          onSelect: () => setTheme('system'),
        },
        {
          label: 'Sign out',
          icon: <LogOut aria-hidden className={icon} />,
          onSelect: () => {
            signOut().catch(() => undefined)
          },
        },
      ]}
    />
  )
}
