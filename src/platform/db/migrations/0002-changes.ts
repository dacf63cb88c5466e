import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table changes (
      id bigint generated always as identity primary key,
      project_id uuid not null references projects,
      operation text not null check (operation in ('apply', 'destroy')),
      status text not null check (status in ('open', 'done', 'cancelled', 'closed')),
      -- Why it is closed: superseded by another.
      closed_because text,
      reason text not null,
      actor text not null,
      -- Root, commit, branch, dirty.
      source jsonb not null,
      -- What was selected, what was set, whether it is forced.
      options jsonb not null default '{}',
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      check ((status = 'open') = (finished_at is null))
    );
    create index changes_by_project on changes (project_id, id desc);
    create index changes_open on changes (project_id, id) where status = 'open';

    -- The environments as they were when the change was made.
    create table change_environments (
      change_id bigint not null references changes,
      name text not null check (name <> ''),
      position int not null check (position >= 0),
      after text,
      auto boolean not null,
      concurrency int check (concurrency > 0),
      gate jsonb,
      primary key (change_id, name)
    );

    create table change_workspaces (
      change_id bigint not null references changes,
      workspace_id uuid not null references workspaces,
      -- Its place in the order of dependencies.
      position int not null check (position >= 0),
      name text not null check (name <> ''),
      kind text not null check (kind in ('terraform', 'run')),
      reasons jsonb not null default '[]',
      -- Names of workspaces, each with the outputs that are read.
      needs jsonb not null default '[]',
      skipped text,
      orphan boolean not null default false,
      -- Its component exists in the environment that its own comes after, too.
      promoted boolean not null,
      source_digest text not null,
      definition_digest text not null,
      primary key (change_id, workspace_id),
      unique (change_id, position),
      unique (change_id, name)
    );
    create index change_workspaces_by_workspace on change_workspaces (workspace_id, change_id desc);

    alter table runs add column change_id bigint references changes;
    -- When planning last began: how long it takes is planned_at minus this.
    alter table runs add column planning_at timestamptz;
    create index runs_by_change on runs (change_id, workspace_id, id desc) where change_id is not null;
    create index runs_ended on runs (workspace_id, finished_at desc);
    create index runs_applied on runs (workspace_id, id desc) where status = 'applied';

    -- Made from values that an apply has yet to bring: shown, never applied.
    alter table plans add column provisional boolean not null default false;
    -- It is being made again; what it was decides whether approvals of it still hold.
    alter table plans add column outdated boolean not null default false;
    -- Both hold secrets: sealed, and deleted together with the plan file.
    alter table plans add column sealed_outputs bytea;
    alter table plans add column sealed_fingerprint bytea;
    alter table plans add constraint provisional_is_never_applied
      check (not provisional or (not applicable and sealed_file is null));
    alter table plans add constraint outdated_is_never_applied
      check (not outdated or sealed_file is null);
  `.execute(db)
}
