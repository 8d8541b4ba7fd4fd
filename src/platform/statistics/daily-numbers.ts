import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { Sweeper } from '../maintenance/sweeper.js';
import { putBack, takeCounted } from './tally.js';

/** Numbers are at most this late, and a killed process loses at most as much. */
const WRITE_MS = 10_000;
const DAY_MS = 24 * 3600 * 1000;

/** A number of one day. */
export interface DailyNumber {
  /** YYYY-MM-DD in QUOTA_TIME_ZONE. */
  day: string;
  name: string;
  label: string;
  count: number;
}

/**
 * Numbers by day that operators see: messages, failures, tokens, sign-ups.
 *
 * Problem: a panel that counts rows reads more of the largest table with each message, and loses what users delete.
 *
 * How it works: features count in memory ({@link Tally}); every ten seconds (times SWEEP_INTERVAL_FACTOR) each process adds what it has counted to the rows
 * of the day, in one statement. Rows are written in one order, so that processes wait for each other and do not deadlock.
 *
 * When the database is down the process keeps its counts and adds them later, to the day on which it writes them. A killed
 * process loses those of its last ten seconds; a lost connection after the commit adds some twice. Nothing is charged or limited by these numbers.
 *
 * What it costs: nothing per message in the database. Fewer than a hundred rows a day with one model, whatever the traffic is.
 */
@Injectable()
export class DailyNumbers extends Sweeper {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(WRITE_MS);
  }

  override async sweep(): Promise<void> {
    await this.write().catch(this.warn);
  }

  /** Writes the rest. */
  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    await this.sweep();
  }

  /** The numbers of the last `days` days, today included, the oldest first. */
  read(days: number): Promise<DailyNumber[]> {
    return this.database.run(READ, { ...this.today(), days });
  }

  /** The days of {@link read}, YYYY-MM-DD. */
  lastDays(days: number): string[] {
    const { now, timeZone } = this.today();
    const today = Date.parse(new Intl.DateTimeFormat('en-CA', { timeZone }).format(now));
    return Array.from({ length: days }, (_, nth) =>
      new Date(today - (days - 1 - nth) * DAY_MS).toISOString().slice(0, 10),
    );
  }

  /** The first day with a number; null: none has any. */
  async firstDay(): Promise<string | null> {
    return (await this.database.one(FIRST, {}))?.day ?? null;
  }

  private async write(): Promise<void> {
    const taken = takeCounted();
    if (taken.length === 0) return;
    try {
      await this.database.run(ADD, {
        ...this.today(),
        names: taken.map(({ name }) => name),
        labels: taken.map(({ label }) => label),
        counts: taken.map(({ count }) => count),
      });
    } catch (error) {
      putBack(taken);
      throw error;
    }
  }

  private today(): { now: Date; timeZone: string } {
    return { now: this.clock.now(), timeZone: this.config.quota.timeZone };
  }
}

interface Today {
  now: Date;
  timeZone: string;
}

/** Primary key daily_numbers_pkey. */
const ADD = statement<Today & { names: string[]; labels: string[]; counts: number[] }>(
  'daily-numbers-add',
  `
  insert into daily_numbers as kept (day, name, label, count)
  select (:now::timestamptz at time zone :timeZone)::date, counted.* from unnest(:names::text[], :labels::text[], :counts::bigint[]) as counted
  on conflict (day, name, label) do update set count = kept.count + excluded.count`,
);

/** Primary key daily_numbers_pkey, from the first of the days. */
const READ = statement<Today & { days: number }, DailyNumber>(
  'daily-numbers-read',
  `
  select day::text, name, label, count::float8 as count from daily_numbers
  where day > (:now::timestamptz at time zone :timeZone)::date - :days::int
    and day <= (:now::timestamptz at time zone :timeZone)::date order by day, name, label`,
);

/** The first entry of daily_numbers_pkey. */
const FIRST = statement<object, { day: string }>(
  'daily-numbers-first-day',
  'select day::text from daily_numbers order by day limit 1',
);
