import { useMutation } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import {
  api,
  forgetSession,
  json,
  queryClient,
  rememberSession,
  sessionQuery,
} from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import { safeBack } from '../../lib/safe-back.ts'
import type { Session } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { BareFrame } from './bare-frame.tsx'

/** By name and password; back to where they came from. */
export function SignInPage() {
  const { back } = useSearch({ from: '/sign-in' })
  const enter = useEnter(back)
  const signIn = useMutation({
    mutationFn: async (credentials: { name: string; password: string }) =>
      json(api.session.$post({ json: credentials })),
    onSuccess: enter,
  })
  const error = formError(signIn.error, ['name'])
  return (
    <BareFrame title="Sign in" footer={<FirstTime />}>
      <form
        className="flex flex-col gap-4"
        onSubmit={submitted((value) =>
          signIn.mutate({ name: value('name').trim(), password: value('password') }),
        )}
      >
        {error !== undefined && <ErrorState as="box" title="You are not signed in" error={error} />}
        <Field label="Name" error={fieldError(signIn.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              name="name"
              required
              autoFocus
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
            />
          )}
        </Field>
        <Field label="Password">
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              required
              autoComplete="current-password"
            />
          )}
        </Field>
        <Button type="submit" look="primary" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </BareFrame>
  )
}

/** Goes on as who has just signed in. */
export function useEnter(back?: string) {
  const router = useRouter()
  return (session: Session) => {
    forgetSession()
    queryClient.setQueryData(sessionQuery.queryKey, rememberSession(session))
    router.history.push(safeBack(back))
  }
}

function FirstTime() {
  return (
    <p>
      No password yet, or forgotten? An administrator makes you a sign-in link. A new server prints
      the link of its first administrator when it starts: <Mono>portolan server</Mono>.
    </p>
  )
}
