import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table people (
      id uuid primary key,
      -- What they sign in with, and how they are shown as an actor.
      name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
      full_name text not null check (full_name <> ''),
      -- scrypt with its parameters and salt; null until they have chosen a password.
      password text,
      created_by text not null,
      created_at timestamptz not null default now(),
      disabled_at timestamptz
    );

    create table teams (
      id uuid primary key,
      name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
      created_by text not null,
      created_at timestamptz not null default now()
    );

    create table team_members (
      team_id uuid not null references teams on delete cascade,
      person_id uuid not null references people,
      primary key (team_id, person_id)
    );
    create index team_members_by_person on team_members (person_id);

    -- A role of a person or a team: everywhere, in a project, in an environment, or in one of a project.
    create table grants (
      id uuid primary key,
      person_id uuid references people,
      team_id uuid references teams on delete cascade,
      role text not null check (role in ('viewer', 'planner', 'approver', 'applier', 'operator', 'admin')),
      project_id uuid references projects,
      environment text check (environment <> ''),
      created_by text not null,
      created_at timestamptz not null default now(),
      check (num_nonnulls(person_id, team_id) = 1),
      unique nulls not distinct (person_id, team_id, role, project_id, environment)
    );

    create table sessions (
      id uuid primary key,
      person_id uuid not null references people,
      -- sha256 of the cookie.
      hash bytea not null unique,
      created_at timestamptz not null default now(),
      last_used_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz
    );
    create index sessions_by_person on sessions (person_id) where ended_at is null;

    -- A link that is used once: the first administrator's, an invitation's, a forgotten password's.
    create table sign_in_links (
      id uuid primary key,
      person_id uuid not null references people,
      hash bytea not null unique,
      created_by text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz
    );

    -- A token of a person may never do more than the person.
    alter table api_tokens
      add column person_id uuid references people,
      add column project_id uuid references projects,
      add column environment text check (environment <> '');

    -- Who approved, proved by signing in; null where git's name is all that is known.
    alter table approvals add column person_id uuid references people;

    alter table projects
      -- What is fetched: an address or an absolute path; null for a project that only laptops know.
      add column source text check (source <> ''),
      -- User and password for it, sealed; null where git finds its own way.
      add column source_login bytea check (source_login is null or source is not null),
      -- The branch whose head is what should be deployed; null: the repository's own.
      add column branch text check (branch <> ''),
      add column head_commit text,
      add column head_subject text,
      add column fetched_at timestamptz,
      -- Why the last fetch, or reading its manifest, failed.
      add column fetch_error text;

    -- What the manifest at the head declares.
    create table environments (
      project_id uuid not null references projects,
      name text not null check (name <> ''),
      position int not null check (position >= 0),
      after text,
      auto boolean not null,
      gate jsonb,
      primary key (project_id, name)
    );

    alter table workspaces
      -- The manifest at the head has it.
      add column declared boolean not null default false,
      -- The component's place in the order of dependencies.
      add column position int,
      add column kind text check (kind in ('terraform', 'run')),
      -- Why the manifest passes it over.
      add column skipped text,
      -- Names of the workspaces that it needs.
      add column needs jsonb not null default '[]',
      -- What should be deployed: the digests at the head.
      add column source_digest text,
      add column definition_digest text;

    -- For the runs of a server: Terraform's inputs and the environment of its programs.
    create table variables (
      id uuid primary key,
      project_id uuid not null references projects,
      environment text check (environment <> ''),
      component text check (component <> ''),
      kind text not null check (kind in ('terraform', 'environment')),
      name text not null check (name <> ''),
      -- Which phases see it: plan and apply may have other credentials.
      phase text not null check (phase in ('both', 'plan', 'apply')),
      sealed_value bytea not null,
      updated_by text not null,
      updated_at timestamptz not null default now(),
      unique nulls not distinct (project_id, environment, component, kind, name, phase)
    );

    -- What is told while a change is at work, but its output, which is in run_logs.
    create table change_events (
      change_id bigint not null references changes,
      seq int not null,
      data jsonb not null,
      at timestamptz not null default now(),
      primary key (change_id, seq)
    );

    -- What a server has still to do for a change: one thing at a time.
    create table change_work (
      change_id bigint primary key references changes,
      task text not null check (task in ('plan', 'apply')),
      request jsonb not null,
      actor text not null,
      created_at timestamptz not null default now(),
      cancel_requested_at timestamptz,
      lease_owner text,
      lease_token uuid,
      lease_expires_at timestamptz
    );

    -- Answers to requests that were sent with an Idempotency-Key, kept for a day.
    create table idempotent_answers (
      principal text not null,
      key text not null check (key <> ''),
      -- sha256 over method, path and body.
      request bytea not null,
      -- Null while the first one is still at work.
      status int,
      body text,
      created_at timestamptz not null default now(),
      primary key (principal, key)
    );
    create index idempotent_answers_by_age on idempotent_answers (created_at);
    create index audit_log_by_subject on audit_log (subject, id desc);

    -- Whoever looks at the platform as a whole is told that it moved, whichever way: here nobody can forget it.
    create function signal_overview() returns trigger language plpgsql as $$
    begin
      perform pg_notify('portolan', 'overview');
      return null;
    end $$;
    create trigger runs_move after insert or update of status, reason on runs
      for each statement execute function signal_overview();
    create trigger changes_move after insert or update of status on changes
      for each statement execute function signal_overview();
    create trigger work_moves after insert or delete on change_work
      for each statement execute function signal_overview();
    create trigger states_move after insert on state_versions
      for each statement execute function signal_overview();
    create trigger locks_move after insert or delete on workspace_locks
      for each statement execute function signal_overview();
    create trigger quarantine_moves after insert or update of resolution on quarantined_states
      for each statement execute function signal_overview();
    create trigger projects_move after insert or update of head_commit, fetch_error on projects
      for each statement execute function signal_overview();
    create trigger approvals_move after insert on approvals
      for each statement execute function signal_overview();
  `.execute(db)
}
