import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';

/** Of signing in: where, when, who one is to other issuers, and which codes were sent; of no code or token anything is kept that could be shown. */
@Injectable()
export class SignInExport {
  constructor(database: Database, sections: ExportSections) {
    sections.register(
      new StatementSection('identities', database, IDENTITIES),
      new StatementSection('sessions', database, SESSIONS),
      new StatementSection('sign_in_networks', database, NETWORKS),
      new StatementSection('codes', database, CODES),
    );
  }
}

const IDENTITIES: Statement = {
  name: 'export-identities',
  text: 'select issuer, subject, session_id, ended_at, created_at from external_identities where user_id = $1 order by issuer, subject',
};
const SESSIONS: Statement = {
  name: 'export-sessions',
  text: `select id, device, ip, created_at, authenticated_at, last_used_at, expires_at, ended_at
         from sessions where user_id = $1 order by id`,
};
/** Which network it is, only its hash tells; `sessions` has the addresses. */
const NETWORKS: Statement = {
  name: 'export-sign-in-networks',
  text: 'select first_seen_at, last_seen_at from sign_in_networks where user_id = $1 order by last_seen_at desc',
};
/**
 * Also those of somebody who had not signed in yet, without the profile: who wrote it has proven nothing, and may be
 * anybody. Not what somebody else had sent to this number, to make it his: that is in his export.
 */
const CODES: Statement = {
  name: 'export-codes',
  text: `select c.purpose, c.mobile_number, c.created_at, c.expires_at, c.consumed_at
         from challenges c join users u on u.id = $1 where c.user_id = $1 or (c.user_id is null and c.mobile_number = u.mobile_number)
         order by c.created_at`,
};
