import { PageHeader } from '../../ui/page-header.tsx'

export function ChangePage() {
  return <PageHeader title="Change" />
}
