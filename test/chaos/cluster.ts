import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRODUCTION } from '../../bench/lab/product.js';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { OwnRedis } from '../support/own-redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { Member, type Links } from './member.js';
import { Model, type Speech } from './model.js';
import type { Options } from './options.js';
import { OwnPostgres } from './own-postgres.js';
import { DEADLINE_SECONDS, installWitness, witnessed } from './witness.js';

/** Messages a day on Basic. */
export const BASIC_LIMIT = 5;

/** Settings that a run may change. */
interface Setting {
  speech?: Speech;
  /** Of all processes. */
  environment?: Record<string, string>;
}

/** Two API processes, two workers, their servers and the model, all real and used by this run only. */
export class Cluster {
  readonly apis: Member[] = [];
  readonly workers: Member[] = [];
  /** Address of each API process; it is kept over restarts. */
  readonly apiUrls: string[] = [];
  private readonly busy = new Map<string, Promise<void>>();

  private constructor(
    readonly dir: string,
    readonly postgres: OwnPostgres,
    readonly redis: OwnRedis | null,
    readonly model: Model,
  ) {}

  static async start(
    options: Pick<Options, 'backend' | 'answerMs'>,
    { speech, environment }: Setting = {},
  ): Promise<Cluster> {
    const dir = mkdtempSync(join(tmpdir(), 'chat-chaos-log-'));
    const postgres = await OwnPostgres.start();
    const redis = options.backend === 'redis' ? await OwnRedis.start() : null;
    const cluster = new Cluster(dir, postgres, redis, await Model.start(options.answerMs, speech));
    await migrate(postgres.url);
    await installWitness(postgres.url);
    for (const nth of [1, 2]) {
      const port = await freePort();
      cluster.apiUrls.push(`http://127.0.0.1:${port}`);
      cluster.apis.push(await cluster.member('main', `api-${nth}`, { ...environment, PORT: String(port) }));
      cluster.workers.push(await cluster.member('worker', `worker-${nth}`, environment));
    }
    await Promise.all(cluster.members.map((member) => member.start()));
    return cluster;
  }

  get members(): Member[] {
    return [...this.apis, ...this.workers];
  }

  /** Only one fault at a time per name: a process that is down is not killed again. */
  async alone(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.busy.get(name) ?? Promise.resolve();
    const mine = before.then(work);
    this.busy.set(
      name,
      mine.catch(() => undefined),
    );
    await mine;
  }

  /** PostgreSQL restarts on another port. */
  async restartPostgres(): Promise<void> {
    await this.postgres.restart();
    for (const { links } of this.members) links.postgres.aim(this.postgres.url);
  }

  /** Stops every process; one that hangs is reported. */
  async stopMembers(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
    await this.redis?.close();
    await this.postgres.stop();
    await this.model.close();
  }

  private async member(
    script: 'main' | 'worker',
    name: string,
    environment: Record<string, string> = {},
  ): Promise<Member> {
    const links: Links = {
      postgres: await TcpProxy.to(this.postgres.url),
      redis: this.redis && (await TcpProxy.to(this.redis.url)),
    };
    const env = {
      ...PRODUCTION,
      ...this.model.environment(name),
      LOG_LEVEL: 'warn',
      BASIC_DAILY_LIMIT: String(BASIC_LIMIT),
      REPLY_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
      ...witnessed(name),
      DATABASE_URL: links.postgres.url,
      ...(links.redis && { REDIS_URL: links.redis.url }),
      ...environment,
    };
    return new Member({ script: `src/${script}.js`, env, dir: this.dir, name }, links);
  }
}
