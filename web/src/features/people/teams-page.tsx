import { PageHeader } from '../../ui/page-header.tsx'

export function TeamsPage() {
  return <PageHeader title="Teams" />
}
