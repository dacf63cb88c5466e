import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table projects (
      id uuid primary key,
      name text not null unique check (name <> ''),
      repository text not null unique,
      created_at timestamptz not null default now()
    );

    create table workspaces (
      id uuid primary key,
      project_id uuid not null references projects,
      component text not null check (component <> ''),
      environment text not null check (environment <> ''),
      -- Grows by one with every lock that is taken; a write under an older fence is refused.
      fence bigint not null default 0,
      created_at timestamptz not null default now(),
      unique (project_id, component, environment)
    );

    create table runs (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces,
      operation text not null check (operation in ('apply', 'destroy', 'refresh')),
      status text not null check (status in ('queued', 'waiting', 'planning', 'planned', 'unchanged',
        'applying', 'applied', 'failed', 'cancelled', 'closed', 'unknown')),
      -- One sentence: what a waiting run waits for, why a closed one was closed, how a failed one failed.
      reason text,
      actor text not null,
      -- Where the configuration came from: directory, commit, branch, dirty.
      source jsonb not null,
      -- What was asked: variables' digest, targets, replace addresses, refresh, expected seconds.
      options jsonb not null default '{}',
      summary jsonb,
      cancel_requested_by text,
      cancel_requested_at timestamptz,
      lease_owner text,
      lease_token uuid,
      lease_expires_at timestamptz,
      fence bigint,
      created_at timestamptz not null default now(),
      planned_at timestamptz,
      applying_at timestamptz,
      finished_at timestamptz
    );
    create index runs_by_workspace on runs (workspace_id, id desc);
    create index runs_live on runs (status) where status in ('queued', 'waiting', 'planning', 'applying', 'unknown');
    -- At most one apply per workspace, ever, including one whose end nobody saw.
    create unique index one_apply_per_workspace on runs (workspace_id) where status in ('applying', 'unknown');

    create table plans (
      run_id bigint primary key references runs,
      digest bytea not null,
      -- What the digest binds: plan file, source, state, inputs, tool.
      facts jsonb not null,
      -- The plan file holds secrets in clear text: sealed here, deleted after the apply.
      sealed_file bytea,
      -- Terraform's plan as JSON, gzip, sensitive values removed.
      json bytea not null,
      -- Terraform ended planning without errors and says that this plan can be applied.
      applicable boolean not null,
      -- The .terraform.lock.hcl that init left: it goes from plan to apply.
      lock_file text,
      state_lineage text,
      state_serial bigint,
      created_at timestamptz not null default now()
    );

    create table approvals (
      run_id bigint not null references runs,
      digest bytea not null,
      actor text not null,
      override_reason text,
      created_at timestamptz not null default now(),
      primary key (run_id, digest, actor)
    );

    create table run_events (
      run_id bigint not null references runs,
      seq int not null,
      type text not null,
      data jsonb not null,
      at timestamptz not null default now(),
      primary key (run_id, seq)
    );

    create table run_logs (
      run_id bigint not null references runs,
      seq int not null,
      phase text not null check (phase in ('plan', 'apply')),
      text text not null,
      at timestamptz not null default now(),
      primary key (run_id, seq)
    );

    create table state_versions (
      id uuid primary key,
      workspace_id uuid not null references workspaces,
      -- The place in the workspace's log: 1, 2, 3, …; the current state is the highest.
      number int not null check (number > 0),
      lineage text not null,
      serial bigint not null check (serial >= 0),
      sha256 bytea not null,
      size bigint not null,
      -- The exact bytes that were uploaded, gzip.
      content bytea not null,
      cause text not null check (cause in ('apply', 'destroy', 'refresh', 'import', 'push', 'mv', 'rm',
        'taint', 'client', 'rollback', 'adopt', 'rescue')),
      reason text,
      actor text not null,
      run_id bigint references runs,
      -- The lock under which it was written: intermediate writes of one lock are shown as one.
      lock_id text,
      terraform_version text,
      -- Resource instances and what changed against the version before; null when it cannot be read.
      counts jsonb,
      outputs_changed jsonb,
      created_at timestamptz not null default now(),
      unique (workspace_id, number),
      unique (workspace_id, lineage, serial)
    );
    alter table state_versions alter column content set storage external;
    create index state_versions_by_run on state_versions (run_id) where run_id is not null;

    create table workspace_locks (
      workspace_id uuid primary key references workspaces,
      lock_id text not null,
      kind text not null check (kind in ('client', 'person', 'run')),
      run_id bigint references runs,
      actor text not null,
      -- Terraform's LockInfo as the holder sent it, or as Portolan made it.
      info jsonb not null,
      fence bigint not null,
      created_at timestamptz not null default now()
    );

    -- A lock id is used once and never again: a late duplicate of LOCK must not revive it.
    create table released_locks (
      workspace_id uuid not null references workspaces,
      lock_id text not null,
      forced boolean not null,
      actor text not null,
      reason text,
      released_at timestamptz not null default now(),
      primary key (workspace_id, lock_id)
    );

    create table quarantined_states (
      id uuid primary key,
      workspace_id uuid not null references workspaces,
      sha256 bytea not null,
      size bigint not null,
      content bytea not null,
      lineage text,
      serial bigint,
      code text not null,
      reason text not null,
      actor text not null,
      run_id bigint references runs,
      lock_id text,
      -- The uploader held the lock or the fence: a real apply whose state did not land.
      at_risk boolean not null,
      created_at timestamptz not null default now(),
      resolution text check (resolution in ('promoted', 'dismissed')),
      resolved_by text,
      resolved_at timestamptz,
      unique (workspace_id, sha256, code)
    );
    alter table quarantined_states alter column content set storage external;
    create index quarantined_states_open on quarantined_states (workspace_id) where resolution is null;

    -- What the runner last saw of the state of a run that is applying.
    create table live_states (
      run_id bigint primary key references runs,
      fence bigint not null,
      lineage text not null,
      serial bigint not null,
      sha256 bytea not null,
      size bigint not null,
      content bytea not null,
      updated_at timestamptz not null default now()
    );
    alter table live_states alter column content set storage external;

    create table api_tokens (
      id uuid primary key,
      name text not null unique check (name <> ''),
      -- sha256 of the token: the token itself is shown once and stored nowhere.
      hash bytea not null unique,
      permissions text[] not null,
      created_by text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz
    );

    create table audit_log (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      subject text not null,
      details jsonb not null default '{}'
    );
  `.execute(db)
}
