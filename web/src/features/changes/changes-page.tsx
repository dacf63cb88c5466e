import { PageHeader } from '../../ui/page-header.tsx'

export function ChangesPage() {
  return <PageHeader title="Changes" />
}
