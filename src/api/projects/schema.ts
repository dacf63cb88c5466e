import { z } from 'zod'
import { Gate } from '../changes/schema.ts'
import { Moment } from '../common-schema.ts'
import { SetProjectForge } from './forge-schema.ts'

const Name = z
  .string()
  .max(100)
  .regex(/^[^\s@/\p{Cc}]+$/u, 'may not hold spaces, slashes or @')

export const Project = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** What is fetched, without any password. Absent: only laptops know it. */
    source: z.string().optional(),
    branch: z.string().optional(),
    headCommit: z.string().optional(),
    headSubject: z.string().optional(),
    fetchedAt: Moment.optional(),
    fetchError: z.string().optional(),
    environments: z.array(
      z.object({
        name: z.string(),
        position: z.int(),
        after: z.string().optional(),
        auto: z.boolean(),
        gate: Gate.optional(),
      }),
    ),
    components: z.array(z.string()).meta({ description: 'In dependency order.' }),
    workspaces: z.int(),
  })
  .meta({ id: 'Project' })

export const NewProject = z
  .object({
    source: z.string().min(1).max(2000).meta({
      description: 'Address of a git repository (https, ssh), or an absolute path on the server.',
    }),
    name: Name.optional().meta({
      description: 'As its manifest says, or made of the address, when absent.',
    }),
    branch: z.string().max(250).optional(),
    host: SetProjectForge.optional().meta({
      description:
        'How its host is spoken to; then it is fetched with that, and needs no login of its own.',
    }),
  })
  .meta({ id: 'NewProject' })

export const EditProject = z
  .object({
    branch: z.string().max(250).nullable().optional(),
    source: z.string().max(2000).optional(),
  })
  .meta({ id: 'EditProject' })

export const KnownCommits = z.object({
  commits: z.array(z.string().regex(/^[0-9a-f]{40,64}$/)).max(5000),
})

export const ReceivedBundle = z.object({ commit: z.string() }).meta({ id: 'ReceivedBundle' })
