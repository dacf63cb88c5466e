export { loadInstanceKey } from './key-file.ts'
export { createRedactor, mask, type Redactor, shortestSecret } from './redact.ts'
export { createSeal, type Seal } from './seal.ts'
