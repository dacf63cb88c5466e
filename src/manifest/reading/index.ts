/** For commands that need the manifest and little else: what parses is loaded when something is parsed. */
export { type LoadOptions, loadManifest } from './manifest-file.ts'
