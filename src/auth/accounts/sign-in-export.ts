import { Injectable } from '@nestjs/common';
import { columnsNamed, columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';
import { Session } from '../sessions/session.entity.js';

/** Sections of the data export about signing in: sessions, networks, identities, codes. Codes and tokens themselves are not stored. */
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
/** Index sessions_user_id_idx. */
const SESSIONS = statement<{ userId: string }>(
  'export-sessions',
  `select ${columnsOf(Session, 'sessions', ['id', 'device', 'ip', 'createdAt', 'authenticatedAt', 'lastUsedAt', 'expiresAt', 'endedAt'])}
   from sessions where user_id = :userId order by id`,
);
/** Networks are stored as hashes only; `sessions` has the addresses. */
const NETWORKS = statement<{ userId: string }>(
  'export-sign-in-networks',
  `select ${columnsNamed('firstSeenAt', 'lastSeenAt')}
   from sign_in_networks where user_id = :userId order by last_seen_at desc`,
);
/**
 * Includes codes requested before signing in, without their profile: its author has proven nothing and may be a stranger.
 * Leaves out codes that another account requested to move to this number: they are in that account's export.
 */
const CODES = statement<{ userId: string }>(
  'export-codes',
  `select c.purpose, c.mobile_number as "mobileNumber", c.created_at as "createdAt", c.expires_at as "expiresAt",
     c.consumed_at as "consumedAt"
         from challenges c join users u on u.id = :userId where c.user_id = :userId or (c.user_id is null and c.mobile_number = u.mobile_number)
         order by c.created_at`,
);
