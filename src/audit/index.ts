export { readAudit } from './reading-store.ts'
export type { AuditPlace, AuditRecord } from './record.ts'
export { record, recordAll } from './store.ts'
