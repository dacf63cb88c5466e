import { PageHeader } from '../../ui/page-header.tsx'

export function RolesPage() {
  return <PageHeader title="Roles" />
}
