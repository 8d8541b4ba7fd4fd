import { Injectable } from '@nestjs/common';
import { columnsNamed, columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';
import { Session } from '../sessions/session.entity.js';

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

const IDENTITIES = statement<{ userId: string }>(
  'export-identities',
  `select ${columnsNamed('issuer', 'subject', 'sessionId', 'endedAt', 'createdAt')}
   from external_identities where user_id = :userId order by issuer, subject`,
);
const SESSIONS = statement<{ userId: string }>(
  'export-sessions',
  `select ${columnsOf(Session, 'sessions', ['id', 'device', 'ip', 'createdAt', 'authenticatedAt', 'lastUsedAt', 'expiresAt', 'endedAt'])}
   from sessions where user_id = :userId order by id`,
);
/** Which network it is, only its hash tells; `sessions` has the addresses. */
const NETWORKS = statement<{ userId: string }>(
  'export-sign-in-networks',
  `select ${columnsNamed('firstSeenAt', 'lastSeenAt')}
   from sign_in_networks where user_id = :userId order by last_seen_at desc`,
);
/**
 * Also those of somebody who had not signed in yet, without the profile: who wrote it has proven nothing, and may be
 * anybody. Not what somebody else had sent to this number, to make it his: that is in his export.
 */
const CODES = statement<{ userId: string }>(
  'export-codes',
  `select c.purpose, c.mobile_number as "mobileNumber", c.created_at as "createdAt", c.expires_at as "expiresAt",
     c.consumed_at as "consumedAt"
         from challenges c join users u on u.id = :userId where c.user_id = :userId or (c.user_id is null and c.mobile_number = u.mobile_number)
         order by c.created_at`,
);
