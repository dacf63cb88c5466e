import { Check, Minus } from 'lucide-react'
import {
  type Permission,
  permissionWords,
  type Role,
  roleWords,
} from '../../lib/permission-words.ts'
import { Cell, Table } from '../../ui/table.tsx'

const roles = Object.keys(roleWords).filter((name): name is Role => name in roleWords)
const permissions = Object.keys(permissionWords).filter(
  (name): name is Permission => name in permissionWords,
)

/** What each role is for, and what exactly it permits. */
export function RoleMatrix() {
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid max-w-4xl grid-cols-[auto_1fr] gap-x-5 gap-y-1.5">
        {roles.map((role) => (
          <div key={role} className="contents">
            <dt className="font-medium">{role}</dt>
            <dd className="text-muted">{roleWords[role].summary}</dd>
          </div>
        ))}
      </dl>
      <Table label="What each role permits" columns={['May …', ...roles]}>
        {permissions.map((permission) => (
          <tr key={permission}>
            <th scope="row" className="min-w-56 px-3 py-1.5 text-left font-normal">
              {permissionWords[permission]}
            </th>
            {roles.map((role) => (
              <Cell key={role} className="py-1.5">
                <Mark permitted={roleWords[role].permissions.includes(permission)} />
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  )
}

function Mark({ permitted }: { permitted: boolean }) {
  return permitted ? (
    <>
      <Check aria-hidden className="size-4 text-ok" />
      <span className="sr-only">yes</span>
    </>
  ) : (
    <>
      <Minus aria-hidden className="size-4 text-strong" />
      <span className="sr-only">no</span>
    </>
  )
}
