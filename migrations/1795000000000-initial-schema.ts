import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People, sessions, codes; rooms, messages, the day's quota. Constraint names are API: the repositories turn
 * 23505 with a name into a domain error.
 */
export class InitialSchema1795000000000 implements MigrationInterface {
  name = 'InitialSchema1795000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(PEOPLE);
    await queryRunner.query(SIGN_IN);
    await queryRunner.query(CONVERSATIONS);
    await queryRunner.query(LIMITS);
    await queryRunner.query(SMS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table sandbox_sms, service_outages, list_cache_bypass, request_counters, limit_counters, idempotency_keys, daily_usage, messages, chatrooms,
        challenges, sessions, users
    `);
  }
}

const PEOPLE = `
  create table users (
    id uuid not null,
    -- E.164; null for an account that signs in through another issuer
    mobile_number text,
    name text,
    email text,
    email_verified boolean not null default false,
    password_hash text,
    role text not null default 'user',
    tier text not null default 'basic',
    -- until when the tier holds; null: no end
    tier_ends_at timestamptz,
    -- keyed hash of the number: what the day's count belongs to, so that it outlives the account
    quota_key bytea not null,
    -- what the SMS sandbox proved does not count where there is none
    sandbox_proven boolean not null default false,
    suspended_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_mobile_number_key unique (mobile_number),
    constraint users_role_check check (role in ('user', 'admin')),
    constraint users_tier_check check (tier in ('basic', 'pro'))
  );
`;

const SIGN_IN = `
  create table sessions (
    id uuid not null,
    user_id uuid not null,
    device text,
    ip text,
    sandbox_proven boolean not null default false,
    -- number of the current refresh token; tokens are derived from it, none is stored
    generation integer not null default 1,
    -- highest generation of which anything was used
    used_generation integer not null default 0,
    rotated_at timestamptz not null default now(),
    -- last proof of identity: what a fresh session is measured from
    authenticated_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint sessions_pkey primary key (id),
    constraint sessions_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index sessions_user_id_idx on sessions (user_id, id desc) where ended_at is null;
  create index sessions_ended_at_idx on sessions (ended_at) where ended_at is not null;
  create index sessions_expires_at_idx on sessions (expires_at);

  create table challenges (
    -- 128 random bits
    id bytea not null,
    purpose text not null,
    mobile_number text not null,
    -- whose challenge it is when somebody is signed in already
    user_id uuid,
    -- waits with its own challenge; applied to a new account only
    profile jsonb,
    wrong_guesses integer not null default 0,
    sandbox_proven boolean not null default false,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    consumed_at timestamptz,
    constraint challenges_pkey primary key (id),
    constraint challenges_purpose_check check (purpose in ('login', 'reset', 'step_up', 'change_number')),
    constraint challenges_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index challenges_number_idx on challenges (mobile_number, purpose, created_at desc) where consumed_at is null;
  create index challenges_expires_at_idx on challenges (expires_at);
`;

const CONVERSATIONS = `
  create table chatrooms (
    id uuid not null,
    user_id uuid not null,
    name text not null,
    name_source text not null,
    system_prompt text,
    model text,
    pinned boolean not null default false,
    archived boolean not null default false,
    -- also the seq of the newest message
    message_count integer not null default 0,
    -- the reply that a new message continues from
    tail_id uuid,
    last_message_at timestamptz,
    -- last_message_at, or created_at before the first message: what the list is ordered by
    last_activity_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint chatrooms_pkey primary key (id),
    constraint chatrooms_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint chatrooms_name_source_check check (name_source in ('default', 'message', 'user'))
  );
  create index chatrooms_list_idx on chatrooms (user_id, archived, pinned desc, last_activity_at desc, id desc);

  create table messages (
    id uuid not null,
    chatroom_id uuid not null,
    user_id uuid not null,
    -- 1, 2, 3 … in the room, in order of acceptance
    seq integer not null,
    parent_id uuid,
    role text not null,
    content text not null default '',
    status text not null,
    error_code text,
    finish_reason text,
    model text,
    prompt_tokens integer,
    output_tokens integer,
    thought_tokens integer,
    cached_tokens integer,
    -- fencing token: a worker may write only under the attempt that it claimed
    attempt integer not null default 0,
    -- part of the job id: raised by retry alone
    generation integer not null default 1,
    -- failed tries of this generation, for the backoff
    failures integer not null default 0,
    in_reply_to uuid,
    active boolean not null default true,
    -- the day whose quota pays for this reply; null when the unit was given back
    charged_on date,
    -- when its turn in the room came: the deadline counts from here
    turn_at timestamptz,
    -- a worker that is silent past this moment has lost the reply
    lease_until timestamptz,
    next_attempt_at timestamptz,
    created_at timestamptz not null default now(),
    completed_at timestamptz,
    constraint messages_pkey primary key (id),
    constraint messages_chatroom_id_fkey foreign key (chatroom_id) references chatrooms (id) on delete cascade,
    -- no foreign key on user_id: the room's is enough, and one without an index scans the table when a user goes
    constraint messages_chatroom_id_seq_key unique (chatroom_id, seq),
    constraint messages_role_check check (role in ('user', 'model')),
    constraint messages_status_check check (status in
      ('queued', 'streaming', 'retrying', 'completed', 'truncated', 'blocked', 'stopped', 'failed')),
    -- a final state is a moment, and only a final state is
    constraint messages_final_check check
      ((completed_at is null) = (status in ('queued', 'streaming', 'retrying'))),
    constraint messages_user_message_check check (role = 'model' or (status = 'completed' and attempt = 0))
  );
  -- what is still to be answered, first in its room first: the sweeper, the queue and the send statement
  create index messages_live_idx on messages (chatroom_id, seq) where completed_at is null;
`;

const LIMITS = `
  create table daily_usage (
    quota_key bytea not null,
    day date not null,
    used integer not null default 0,
    -- units given back that day: at most 10, then failures stay charged
    refunded integer not null default 0,
    constraint daily_usage_pkey primary key (quota_key, day),
    constraint daily_usage_used_check check (used >= 0)
  );
  create index daily_usage_day_idx on daily_usage (day);

  create table idempotency_keys (
    user_id uuid not null,
    key text not null,
    -- SHA-256 of method, path and body
    fingerprint bytea not null,
    -- the room or reply that the first request made
    resource_id uuid not null,
    created_at timestamptz not null default now(),
    constraint idempotency_keys_pkey primary key (user_id, key),
    constraint idempotency_keys_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

  -- sends, wrong codes, wrong passwords: windows that begin with their first hit
  create table limit_counters (
    scope text not null,
    -- keyed hash of what is counted: no number or address to read
    key bytea not null,
    hits integer not null,
    window_ends_at timestamptz not null,
    constraint limit_counters_pkey primary key (scope, key)
  );
  create index limit_counters_window_ends_at_idx on limit_counters (window_ends_at);

  -- requests a minute where there is no Redis; unlogged: losing it in a crash costs a minute's counts
  create unlogged table request_counters (
    key text not null,
    hits integer not null,
    window_ends_at timestamptz not null,
    constraint request_counters_pkey primary key (key)
  );

  -- whose cached list could not be told of a write: every process reads the database for them until it is
  create table list_cache_bypass (
    user_id uuid not null,
    since timestamptz not null default now(),
    constraint list_cache_bypass_pkey primary key (user_id),
    constraint list_cache_bypass_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
`;

const SMS = `
  -- an outside service that does not answer: until when our routes that need it say so at once
  create table service_outages (
    service text not null,
    ends_at timestamptz not null,
    constraint service_outages_pkey primary key (service)
  );

  -- the inbox of the SMS sandbox; unlogged: it is for trying out and may go with a crash
  create unlogged table sandbox_sms (
    id uuid not null,
    mobile_number text not null,
    text text not null,
    created_at timestamptz not null,
    constraint sandbox_sms_pkey primary key (id)
  );
  create index sandbox_sms_mobile_number_idx on sandbox_sms (mobile_number, id desc);
  create index sandbox_sms_created_at_idx on sandbox_sms (created_at);
`;
