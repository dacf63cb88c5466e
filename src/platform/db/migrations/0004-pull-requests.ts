import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- How the host of a project's repository is spoken to; a project without one is plain git.
    create table forges (
      project_id uuid primary key references projects,
      kind text not null check (kind in ('github', 'gitlab', 'gitea')),
      -- Where its API is, and the host that people name: github.com.
      api_url text not null,
      host text not null,
      -- As the host spells it: acme/infra.
      repository text not null check (repository <> ''),
      sealed_credentials bytea not null,
      -- One or, during a rotation, two.
      sealed_secrets bytea not null,
      settings jsonb not null default '{}',
      updated_by text not null,
      updated_at timestamptz not null default now(),
      polled_at timestamptz,
      poll_error text,
      -- Until when it is told nothing: it said that it was asked too much.
      paused_until timestamptz
    );
    create index forges_by_repository on forges (kind, lower(repository));

    -- Who somebody is on a host.
    create table identities (
      host text not null check (host <> ''),
      -- In lower case: hosts compare it so.
      login text not null check (login = lower(login) and login <> ''),
      person_id uuid not null references people,
      created_by text not null,
      created_at timestamptz not null default now(),
      primary key (host, login)
    );
    create index identities_by_person on identities (person_id);

    -- Pull requests of plain git, whose host is Portolan.
    create table proposals (
      project_id uuid not null references projects,
      number int not null check (number > 0),
      status text not null check (status in ('open', 'merged', 'closed')),
      title text not null check (title <> ''),
      body text not null default '',
      author text not null,
      head_branch text not null,
      base_branch text not null,
      is_draft boolean not null default false,
      -- Where its branch was seen last: it may be gone by now.
      last_commit text not null,
      -- On the base branch; while it is open: what is about to be put there.
      merge_commit text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (project_id, number)
    );
    create unique index one_open_proposal on proposals (project_id, head_branch, base_branch) where status = 'open';

    create table proposal_comments (
      id bigint generated always as identity primary key,
      project_id uuid not null,
      number int not null,
      author text not null,
      body text not null check (body <> ''),
      -- Of the one that Portolan keeps up to date.
      marker text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      foreign key (project_id, number) references proposals,
      unique (project_id, number, marker)
    );

    -- Pull requests as they were last seen.
    create table pull_requests (
      id bigint generated always as identity primary key,
      project_id uuid not null references projects,
      number int not null check (number > 0),
      status text not null check (status in ('open', 'merged', 'closed')),
      title text not null,
      author text not null,
      url text not null,
      head_branch text not null,
      head_commit text not null,
      -- When this head was first seen.
      head_seen_at timestamptz not null default clock_timestamp(),
      head_repository text,
      base_branch text not null,
      is_draft boolean not null,
      is_fork boolean not null,
      labels jsonb not null default '[]',
      -- The head that somebody let be planned although it is a draft or a fork.
      permitted_commit text,
      permitted_by text,
      -- What was planned last: the head, the base that it was merged with, the result, and its change.
      planned_head text,
      planned_base text,
      planned_commit text,
      change_id bigint references changes,
      -- Why the head cannot be planned; one sentence.
      problem text,
      problem_places jsonb not null default '[]',
      problem_next text,
      -- Why it was not merged when everything was applied.
      merge_problem text,
      merge_commit text,
      -- What is applied by merging was asked to be: it is asked once.
      is_merge_taken boolean not null default false,
      -- The event of the change up to which the host was told.
      told_event int not null default 0,
      -- When it was opened, as far as is known, and when it was last seen.
      created_at timestamptz not null default now(),
      seen_at timestamptz not null default now(),
      ended_at timestamptz,
      unique (project_id, number)
    );
    create index pull_requests_open on pull_requests (project_id, number) where status = 'open';
    create index pull_requests_ended on pull_requests (ended_at) where ended_at is not null;
    create index pull_requests_by_change on pull_requests (change_id);

    -- Pull requests that somebody must look at: one process at a time for each.
    create table pull_request_looks (
      project_id uuid not null references projects,
      number int not null check (number > 0),
      requested_at timestamptz not null default clock_timestamp(),
      -- Grows with each request: who looked at an older one looks again.
      request bigint not null default 1,
      not_before timestamptz not null default clock_timestamp(),
      attempts int not null default 0,
      lease_owner text,
      lease_token uuid,
      lease_expires_at timestamptz,
      primary key (project_id, number)
    );

    -- Commits that a merge queue would like to make the head of a branch.
    create table merge_groups (
      project_id uuid not null references projects,
      number int not null,
      commit text not null,
      received_at timestamptz not null default now(),
      answered_at timestamptz,
      primary key (project_id, commit)
    );
    create index merge_groups_open on merge_groups (project_id, number) where answered_at is null;

    -- Somebody wants a project to be fetched: its branch moved.
    alter table projects add column fetch_requested_at timestamptz;

    -- What people told Portolan in comments, once each.
    create table pull_request_commands (
      id bigint generated always as identity primary key,
      project_id uuid not null references projects,
      number int not null,
      comment_id text not null,
      author text not null,
      body text not null,
      commented_at timestamptz not null,
      received_at timestamptz not null default now(),
      status text not null default 'received' check (status in ('received', 'doing', 'done', 'refused')),
      -- What it was taken for: apply -e dev.
      command text,
      answer text,
      answered_at timestamptz,
      unique (project_id, comment_id)
    );
    create index pull_request_commands_open on pull_request_commands (project_id, number, id) where status in ('received', 'doing');

    -- What a change was made of, when it is one of a pull request.
    alter table changes
      add column pull_request_id bigint references pull_requests,
      add column pull_request_number int,
      add column head_commit text,
      add column base_commit text,
      add constraint whole_pull_request check (
        num_nonnulls(pull_request_id, pull_request_number, head_commit, base_commit) in (0, 4));
    create index changes_by_pull_request on changes (pull_request_id, id desc) where pull_request_id is not null;
    alter table change_environments
      add column apply text not null default 'before-merge' check (apply in ('before-merge', 'after-merge'));

    -- A pull request's hold on a workspace, and those that wait for it, in the order of their ids.
    create table reservations (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces,
      pull_request_id bigint not null references pull_requests,
      change_id bigint not null references changes,
      -- Since when it holds it; null: it waits.
      held_since timestamptz,
      -- When it waited and the workspace was let go of last: for a while it goes before those behind it.
      called_at timestamptz,
      created_at timestamptz not null default now(),
      unique (workspace_id, pull_request_id)
    );
    create unique index one_holder on reservations (workspace_id) where held_since is not null;
    create index reservations_by_pull_request on reservations (pull_request_id);

    -- What hosts sent, as they sent it.
    create table webhook_deliveries (
      id bigint generated always as identity primary key,
      project_id uuid not null references projects,
      host text not null,
      -- The host's own id of it.
      delivery text not null check (delivery <> ''),
      event text not null,
      payload bytea not null,
      headers jsonb not null,
      received_at timestamptz not null default now(),
      status text not null check (status in ('received', 'handled', 'ignored', 'failed')),
      -- What it led to, in a sentence.
      result text,
      handled_at timestamptz,
      times int not null default 1,
      unique (host, delivery)
    );
    create index webhook_deliveries_by_project on webhook_deliveries (project_id, id desc);
    create index webhook_deliveries_by_age on webhook_deliveries (received_at);

    -- What hosts have to be told. The newest of an effect is what counts; what was told stays.
    create table forge_outbox (
      project_id uuid not null references projects,
      number int not null,
      -- comment; status:CONTEXT@COMMIT; reaction:COMMENT
      effect text not null check (effect <> ''),
      body jsonb not null,
      version bigint not null default 1,
      told_version bigint not null default 0,
      -- The host's id of what was made: the sticky comment.
      host_id text,
      not_before timestamptz not null default clock_timestamp(),
      attempts int not null default 0,
      error text,
      lease_owner text,
      lease_token uuid,
      lease_expires_at timestamptz,
      updated_at timestamptz not null default clock_timestamp(),
      primary key (project_id, number, effect)
    );
    create index forge_outbox_open on forge_outbox (not_before) where told_version < version;
    create index forge_outbox_held on forge_outbox (project_id) where lease_token is not null;

    create trigger pull_requests_move after insert or update of status, title, is_draft, permitted_by, change_id, problem, merge_problem, head_commit on pull_requests
      for each statement execute function signal_overview();
    create trigger proposals_move after update of status, title, body, is_draft on proposals
      for each statement execute function signal_overview();
    create trigger proposal_comments_move after insert or update of body on proposal_comments
      for each statement execute function signal_overview();
    create trigger pull_request_commands_move after insert or update of status on pull_request_commands
      for each statement execute function signal_overview();
    -- What was told without trouble concerns nobody.
    create trigger forge_outbox_moves after update of error on forge_outbox
      for each row when (old.error is distinct from new.error) execute function signal_overview();
    create trigger reservations_move after insert or delete or update of held_since on reservations
      for each statement execute function signal_overview();
  `.execute(db)
}
