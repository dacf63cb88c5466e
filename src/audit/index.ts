export { record, recordAll } from './store.ts'
