import { PageHeader } from '../../ui/page-header.tsx'

export function DocsPage() {
  return <PageHeader title="API reference" />
}
