export { type ConfigFile, type Module, readModule } from './module.ts'
