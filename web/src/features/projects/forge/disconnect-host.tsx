import { api, json, segment } from '../../../lib/api.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { showForge } from './forge-queries.ts'

/** Makes a project plain git again. */
export function DisconnectHost({ project, onClose }: { project: string; onClose: () => void }) {
  const disconnect = async () => {
    const param = { project: segment(project) }
    showForge(project, await json(api.projects[':project'].forge.$delete({ param })))
  }
  return (
    <Confirm
      title={`Disconnect ${project} from its host?`}
      action="Disconnect"
      onConfirm={disconnect}
      onClose={onClose}
    >
      <p>
        Its pull requests are not planned or answered any more, and the credentials and secrets are
        forgotten. Nothing is changed on the host; its webhook is refused.
      </p>
    </Confirm>
  )
}
