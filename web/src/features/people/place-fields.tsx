import { useState } from 'react'
import { useProjects } from '../../lib/queries.ts'
import { Field, Select } from '../../ui/field.tsx'

/** Where something holds: in all projects or one, in all environments or one. Controls `project` and `environment`. */
export function PlaceFields() {
  const { data: projects = [] } = useProjects()
  const [project, setProject] = useState('')
  const chosen = projects.filter(({ name }) => project === '' || name === project)
  const environments = new Set(
    chosen.flatMap((one) => one.environments.map((environment) => environment.name)),
  )
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Project">
        {(control) => (
          <Select
            {...control}
            name="project"
            value={project}
            onChange={(event) => setProject(event.target.value)}
          >
            <option value="">All projects</option>
            {projects.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Environment">
        {(control) => (
          <Select {...control} name="environment" defaultValue="">
            <option value="">All environments</option>
            {[...environments].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
