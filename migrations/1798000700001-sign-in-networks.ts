import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Networks that a person has signed in from: some of the codes to their number are kept for them. */
export class SignInNetworks1798000700001 implements MigrationInterface {
  name = 'SignInNetworks1798000700001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sign_in_networks');
  }
}

const TABLE = `
  create table sign_in_networks (
    -- keyed hash of the account's number and the network: neither can be read here
    network_hash bytea not null,
    user_id uuid not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    constraint sign_in_networks_pkey primary key (network_hash),
    constraint sign_in_networks_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index sign_in_networks_user_id_idx on sign_in_networks (user_id, last_seen_at desc);
  create index sign_in_networks_last_seen_at_idx on sign_in_networks (last_seen_at);
`;
