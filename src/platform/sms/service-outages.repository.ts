import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/**
 * External services that are down. Stored in a row, because the worker that detects an outage is another process than the
 * API that reports it; with an end, because the worker may die before it can delete the row.
 */
@Injectable()
export class ServiceOutagesRepository {
  constructor(private readonly database: Database) {}

  /** End of the service's outage; null: it is up. Primary key. */
  async endOf(service: string, now: Date): Promise<Date | null> {
    const row = await this.database.one(END_OF, { service, now });
    return row?.endsAt ?? null;
  }

  async begin(service: string, endsAt: Date): Promise<void> {
    await this.database.run(BEGIN, { service, endsAt });
  }

  async end(service: string): Promise<void> {
    await this.database.run(END, { service });
  }
}

const END_OF = statement<{ service: string; now: Date }, { endsAt: Date }>(
  'service-outage-end-of',
  'select ends_at as "endsAt" from service_outages where service = :service and ends_at > :now',
);
const BEGIN = statement<{ service: string; endsAt: Date }>(
  'service-outage-begin',
  `insert into service_outages (service, ends_at) values (:service, :endsAt)
         on conflict (service) do update set ends_at = greatest(service_outages.ends_at, excluded.ends_at)`,
);
const END = statement<{ service: string }>(
  'service-outage-end',
  'delete from service_outages where service = :service',
);
