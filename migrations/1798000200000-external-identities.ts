import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who signs in with tokens of a trusted issuer, and what must be remembered of those who are gone. */
export class ExternalIdentities1798000200000 implements MigrationInterface {
  name = 'ExternalIdentities1798000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table ended_identities, external_identities');
  }
}

const TABLES = `
  create table external_identities (
    -- iss and sub, as the tokens have them
    issuer text not null,
    subject text not null,
    user_id uuid not null,
    -- the one session of all its tokens; may have ended, and be deleted by now
    session_id uuid,
    -- a session before that one ended then: its tokens are those that were issued until then
    ended_at timestamptz,
    created_at timestamptz not null,
    constraint external_identities_pkey primary key (issuer, subject),
    constraint external_identities_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index external_identities_user_id_idx on external_identities (user_id);

  create table ended_identities (
    -- keyed hash of issuer and subject: nothing of the deleted account can be read here
    key bytea not null,
    -- a token that was issued until then makes no new account
    ended_at timestamptz not null,
    constraint ended_identities_pkey primary key (key)
  );
  create index ended_identities_ended_at_idx on ended_identities (ended_at);
`;
