import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

/**
 * Which outside services do not answer right now. A row, because the worker that notices is another process than the API
 * that must say so; with an end, because nobody may be left to take it back.
 */
@Injectable()
export class ServiceOutagesRepository {
  constructor(private readonly database: Database) {}

  /** Until when the service is taken to be down; null when it is not. Primary key. */
  async endOf(service: string, now: Date): Promise<Date | null> {
    const [row] = await this.database.run<{ ends_at: Date }>(END_OF, [service, now]);
    return row?.ends_at ?? null;
  }

  async begin(service: string, endsAt: Date): Promise<void> {
    await this.database.run(BEGIN, [service, endsAt]);
  }

  async end(service: string): Promise<void> {
    await this.database.run(END, [service]);
  }
}

const END_OF = {
  name: 'service-outage-end-of',
  text: 'select ends_at from service_outages where service = $1 and ends_at > $2',
};
const BEGIN = {
  name: 'service-outage-begin',
  text: `insert into service_outages (service, ends_at) values ($1, $2)
         on conflict (service) do update set ends_at = greatest(service_outages.ends_at, excluded.ends_at)`,
};
const END = { name: 'service-outage-end', text: 'delete from service_outages where service = $1' };
