export { type ConfigFile, type Module, type OwnBackend, readModule } from './module.ts'
