export { record } from './store.ts'
