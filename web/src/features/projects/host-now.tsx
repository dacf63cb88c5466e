import { useState } from 'react'
import { fieldError } from '../../lib/form.ts'
import { Checkbox, Field, Input, Select } from '../../ui/field.tsx'
import { CredentialsFields } from './forge/credentials-fields.tsx'
import { Instructions } from './forge/instructions.tsx'
import { type AddressedHost, hostOfAddress, type Way } from './forge/ways.ts'

/** Offers to connect the host of an address together with its project. */
export function HostNow({ address, error }: { address: string; error: unknown }) {
  const [isWanted, setWanted] = useState(false)
  const host = hostOfAddress(address)
  if (host === undefined) return null
  const name = host.kind === undefined ? 'its host' : publicName(host)
  return (
    <div className="flex flex-col gap-4">
      <Checkbox
        label={`Connect ${name} now`}
        hint="A private repository is then fetched with that, and its pull requests are planned. It can also be done later."
        checked={isWanted}
        onChange={(event) => setWanted(event.target.checked)}
      />
      {isWanted && <Credentials key={host.kind} host={host} error={error} />}
    </div>
  )
}

/** What the kind is called by those who are there. */
function publicName({ kind }: AddressedHost): string {
  return { github: 'GitHub', gitlab: 'GitLab', gitea: 'Codeberg' }[kind ?? 'gitea']
}

function Credentials({ host, error }: { host: AddressedHost; error: unknown }) {
  const [chosen, setChosen] = useState<string>()
  const way = host.ways.find(({ id }) => id === chosen) ?? host.ways[0]
  if (way === undefined) return null
  return (
    <div className="flex flex-col gap-4 border-line border-l-2 pl-4">
      <Field label="By" hint={way.summary}>
        {(control) => (
          <Select
            {...control}
            name="way"
            value={way.id}
            onChange={(event) => setChosen(event.target.value)}
          >
            {host.ways.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <details>
        <summary className="w-fit text-muted">What to do on the host before</summary>
        <div className="mt-3">
          <Instructions way={way} />
        </div>
      </details>
      <CredentialsFields way={way} error={error} at="host.credentials" isKnown={false} />
      {host.kind === undefined && <ApiField key={host.apiOf(way)} {...{ host, way, error }} />}
    </div>
  )
}

function ApiField(props: { host: AddressedHost; way: Way; error: unknown }) {
  const { host, way, error } = props
  return (
    <Field label="Address of the API" error={fieldError(error, 'host.apiUrl')}>
      {(control) => (
        <Input
          {...control}
          mono
          type="url"
          name="apiUrl"
          required
          autoComplete="off"
          defaultValue={host.apiOf(way)}
        />
      )}
    </Field>
  )
}
