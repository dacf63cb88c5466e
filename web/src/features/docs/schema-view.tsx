import { useState } from 'react'
import { Mono } from '../../ui/copyable.tsx'
import type { Schema } from './open-api.ts'
import { insides, type Resolve, refName, typeWords } from './schema.ts'

interface SchemaViewProps {
  readonly schema: Schema
  readonly resolve: Resolve
}

/** What is sent or answered: its fields, each with what it is. */
export function SchemaView({ schema, resolve }: SchemaViewProps) {
  const real = resolve(schema)
  if (real.properties !== undefined) return <Fields schema={real} resolve={resolve} />
  const inside = insides(real)
  return (
    <div className="flex flex-col gap-1.5">
      <p>
        <Mono className="break-words">{typeWords(schema)}</Mono>
      </p>
      {inside.map((one) => (
        <Expandable key={typeWords(one)} schema={one} resolve={resolve} />
      ))}
    </div>
  )
}

function Fields({ schema, resolve }: SchemaViewProps) {
  const { properties = {}, required = [] } = schema
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {Object.entries(properties).map(([name, property]) => (
        <li key={name} className="px-3 py-1.5">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Mono className="font-semibold">{name}</Mono>
            <Mono className="min-w-0 break-words text-muted">{typeWords(property)}</Mono>
            {!required.includes(name) && <span className="text-faint text-sm">may be absent</span>}
            {property.default !== undefined && (
              <span className="text-faint text-sm">
                default <Mono>{JSON.stringify(property.default)}</Mono>
              </span>
            )}
          </p>
          {property.description !== undefined && (
            <p className="text-muted text-sm">{property.description}</p>
          )}
          <Inside property={property} resolve={resolve} />
        </li>
      ))}
    </ul>
  )
}

function Inside({ property, resolve }: { property: Schema; resolve: Resolve }) {
  const parts =
    refName(property) !== undefined || property.properties !== undefined
      ? [property]
      : insides(property)
  return parts
    .filter((part) => resolve(part).enum === undefined)
    .map((part) => <Expandable key={typeWords(part)} schema={part} resolve={resolve} />)
}

/** Rendered when it is opened: schemas hold each other. */
function Expandable({ schema, resolve }: SchemaViewProps) {
  const [open, setOpen] = useState(false)
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-sm text-accent text-sm">
        Fields of {refName(schema) ?? 'it'}
      </summary>
      {open && (
        <div className="mt-1.5 mb-1">
          <SchemaView schema={schema} resolve={resolve} />
        </div>
      )}
    </details>
  )
}
