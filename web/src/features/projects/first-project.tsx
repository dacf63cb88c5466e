import type { ReactNode } from 'react'
import { may } from '../../lib/access.ts'
import { useSession } from '../../lib/queries.ts'
import { Mono } from '../../ui/copyable.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Empty } from '../../ui/states.tsx'
import { AddProjectForm } from './add-project.tsx'

/** What a newcomer sees: how to come from nothing to a platform that is planned and applied here. */
export function FirstProject() {
  const session = useSession()
  if (!may(session, 'project:write')) {
    return (
      <>
        <PageHeader title="Projects" />
        <Empty title="There is no project that you may see">
          Somebody who may add projects has to add the repository of one, or an administrator has to
          give you a role in it.
        </Empty>
      </>
    )
  }
  return (
    <>
      <PageHeader title="Your first project">
        A project is a git repository with a <Mono>portolan.yaml</Mono>: what your platform is made
        of, and where it runs. Three steps, and it is planned and applied from here.
      </PageHeader>
      <ol className="flex max-w-3xl flex-col gap-4">
        <Step number={1} title="Describe the platform">
          <p className="mb-2">
            In the repository with your Terraform or OpenTofu modules, once. It finds them, and
            writes a <Mono>portolan.yaml</Mono> that you look over and commit:
          </p>
          <Command>portolan init</Command>
          <p className="mt-2 text-muted">
            Done already, or want to look at an example first? Go on with step 2.
          </p>
        </Step>
        <Step number={2} title="Add the repository">
          <AddProjectForm autoFocus />
        </Step>
        <Step number={3} title="Plan and apply">
          <p className="mb-2">
            The overview then shows every component in every environment. Plan from there, or from a
            terminal in the repository with a token:
          </p>
          <Command>portolan plan --affected</Command>
          <p className="mt-2 text-muted">
            Nothing is applied before somebody has looked at the plan and approved it.
          </p>
        </Step>
      </ol>
    </>
  )
}

function Step(props: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <span
        aria-hidden
        className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent"
      >
        {props.number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="mb-2 font-semibold text-lg">{props.title}</h2>
        {props.children}
      </div>
    </li>
  )
}

function Command({ children }: { children: string }) {
  return (
    <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 text-sm">
      <span aria-hidden className="select-none text-faint">
        ${' '}
      </span>
      {children}
    </pre>
  )
}
