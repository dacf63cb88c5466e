import { findOrInstallTool } from '../../src/engines/index.ts'

// A process of its own that installs a tool: it may be killed in the middle.
const request = JSON.parse(process.argv[2] ?? '')
const tool = await findOrInstallTool(request)
process.stdout.write(JSON.stringify(tool))
