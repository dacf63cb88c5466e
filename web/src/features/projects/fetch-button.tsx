import { useMutation } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { shownError } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'

/** Fetches the repository now, without waiting for the next time. */
export function FetchButton({ project }: { project: string }) {
  const fetchNow = useMutation({
    mutationFn: async () =>
      json(api.projects[':project'].fetch.$post({ param: { project: segment(project) } })),
    onSuccess: ({ fetchError }) =>
      fetchError === undefined
        ? announce(`${project} is fetched.`)
        : announce(`${project} has an error.`, 'warn'),
    onError: (error) => announce(shownError(error).detail, 'warn'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['projects'] }),
  })
  return (
    <Button
      icon={<RefreshCw aria-hidden className="size-4" />}
      busy={fetchNow.isPending}
      onClick={() => fetchNow.mutate()}
    >
      Fetch now
    </Button>
  )
}
