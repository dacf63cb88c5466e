import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api, json, segment } from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import type { LinkInfo } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { ErrorState, Loaded } from '../../ui/states.tsx'
import { BareFrame } from './bare-frame.tsx'
import { NewPassword } from './new-password.tsx'
import { useEnter } from './sign-in-page.tsx'

/** Where a sign-in link leads: whoever has it chooses a password with it, once. */
export function LinkPage() {
  const { token } = useParams({ from: '/link/$token' })
  const param = { token: segment(token) }
  const info = useQuery({
    queryKey: ['link', token],
    queryFn: async () => json(api.session.links[':token'].$get({ param })),
    // Used up by signing in: never asked again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  return (
    <BareFrame title="Welcome" footer={<Link to="/sign-in">Sign in with a password instead</Link>}>
      <Loaded query={info}>{(data) => <UseLink token={token} info={data} />}</Loaded>
    </BareFrame>
  )
}

function UseLink({ token, info }: { token: string; info: LinkInfo }) {
  const enter = useEnter()
  const use = useMutation({
    mutationFn: async (password: string | undefined) =>
      json(
        api.session.links[':token'].$post({
          param: { token: segment(token) },
          json: password === undefined ? {} : { password },
        }),
      ),
    onSuccess: enter,
  })
  const error = formError(use.error, ['password'])
  const choose = submitted((value) => use.mutate(value('password') || undefined))
  return (
    <form className="flex flex-col gap-4" onSubmit={choose}>
      <p>
        This link is for <strong>{info.fullName}</strong>. You will sign in as{' '}
        <Mono>{info.name}</Mono>. It works once.
      </p>
      {error !== undefined && <ErrorState as="box" error={error} />}
      <input type="hidden" name="username" autoComplete="username" value={info.name} readOnly />
      {info.hasPassword && (
        <p>
          You have a password already. Choose a new one if you forgot it; other browsers must sign
          in again then.
        </p>
      )}
      <NewPassword
        autoFocus
        optional={info.hasPassword}
        error={fieldError(use.error, 'password')}
      />
      <Button type="submit" look="primary" busy={use.isPending}>
        {info.hasPassword ? 'Sign in' : 'Set the password and sign in'}
      </Button>
    </form>
  )
}
