import type { ReactNode } from 'react'
import type { InboxItem } from '../../lib/types.ts'
import { LinkButton } from '../../ui/link.tsx'
import { inboxTarget } from './inbox.ts'

export interface InboxLinkProps {
  readonly item: InboxItem
  readonly look: 'primary' | 'plain'
  readonly className?: string
  readonly children: ReactNode
}

/** To where an item of the inbox is dealt with. */
export function InboxLink({ item, ...rest }: InboxLinkProps) {
  const target = inboxTarget(item)
  switch (target.to) {
    case 'pull-request':
      return (
        <LinkButton
          to="/projects/$project/pull-requests/$number"
          params={{ project: target.project, number: target.number }}
          search={target.node === undefined ? {} : { node: target.node }}
          {...rest}
        />
      )
    case 'change':
      return (
        <LinkButton
          to="/changes/$id"
          params={{ id: target.id }}
          search={target.node === undefined ? {} : { node: target.node }}
          {...rest}
        />
      )
    case 'run':
      return <LinkButton to="/runs/$id" params={{ id: target.id }} {...rest} />
    case 'workspace':
      return (
        <LinkButton
          to="/projects/$project/workspaces/$workspace"
          params={{ project: target.project, workspace: target.workspace }}
          {...rest}
        />
      )
    case 'overview':
      return <LinkButton to="/" search={{ status: item.kind, project: item.project }} {...rest} />
  }
}
