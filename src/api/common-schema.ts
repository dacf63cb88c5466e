import { z } from 'zod'

/** A moment, ISO 8601 with milliseconds, UTC. */
export const Moment = z.iso.datetime()

/** `7` */
export const NumberId = z.object({ id: z.coerce.number().int().positive() })

export const ProjectName = z.object({ project: z.string().min(1).max(100) })

/** `network@prod`, encoded as one segment of the address. */
export const WorkspaceName = ProjectName.extend({
  workspace: z
    .string()
    .max(400)
    .regex(/^.+@[^@]+$/, 'is no workspace: component@environment'),
})
