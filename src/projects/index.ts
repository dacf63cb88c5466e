export type { Location } from './location.ts'
