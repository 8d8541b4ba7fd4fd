import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AdminApiModule } from '../admin/admin.api.module.js';
import { AuthApiModule } from '../auth/auth.api.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthWorkerModule } from '../auth/auth.worker.module.js';
import { BillingApiModule } from '../billing/billing.api.module.js';
import { BillingModule } from '../billing/billing.module.js';
import { BillingWorkerModule } from '../billing/billing.worker.module.js';
import { ChatroomApiModule } from '../chatroom/chatroom.api.module.js';
import { ChatroomModule } from '../chatroom/chatroom.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { MessagesApiModule } from '../messages/messages.api.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { MessagesWorkerModule } from '../messages/messages.worker.module.js';
import { BusModule } from '../platform/bus/bus.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { SystemClock } from '../platform/clock/clock.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import type { Config, StripeSettings } from '../platform/config/config.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { HealthModule } from '../platform/health/health.module.js';
import { HealthWorkerModule } from '../platform/health/health.worker.module.js';
import { HttpModule } from '../platform/http/http.module.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { LimitsApiModule } from '../platform/limits/limits.api.module.js';
import { LimitsWorkerModule } from '../platform/limits/limits.worker.module.js';
import { MetricsApiModule } from '../platform/metrics/metrics.api.module.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { MaintenanceModule } from '../platform/maintenance/maintenance.module.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { OutboxWorkerModule } from '../platform/outbox/outbox.worker.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { SmsModule } from '../platform/sms/sms.module.js';
import { StatisticsModule } from '../platform/statistics/statistics.module.js';
import { StreamApiModule } from '../platform/stream/stream.api.module.js';
import { StreamModule } from '../platform/stream/stream.module.js';
import { RepliesWorkerModule } from '../replies/replies.worker.module.js';
import { TitlesWorkerModule } from '../titles/titles.worker.module.js';
import type { SandboxParts } from '../sandbox/sandbox-parts.js';
import { UsersApiModule } from '../users/users.api.module.js';
import { UsersModule } from '../users/users.module.js';
import { UsersWorkerModule } from '../users/users.worker.module.js';
import { WebhooksApiModule } from '../webhooks/webhooks.api.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { WebhooksWorkerModule } from '../webhooks/webhooks.worker.module.js';

/** The parts of a process, in addition to its configuration. */
export interface Runtime {
  config: Config;
  /** The sandboxes of external services; null where all of them are real. */
  sandbox: SandboxParts | null;
  /** The database: configured, or the embedded one. */
  databaseUrl: string;
}

type Modules = (DynamicModule | Type)[];

/** The platform and the shared half of each feature: in the API, in a worker, and in `npm run billing:…`. */
const EVERYWHERE = ({ config, sandbox, databaseUrl }: Runtime, role: 'api' | 'worker' | 'tool'): Modules => [
  ConfigModule.forRoot(config),
  MetricsModule.forRoot(role === 'tool' ? null : config),
  ClockModule.forRoot(sandbox?.sandbox.clock ?? new SystemClock()),
  DatabaseModule.forRoot({
    url: databaseUrl,
    poolMax: config.database.poolMax,
    applicationName: `chat-${role}`,
  }),
  QueueModule.forRoot({ databaseUrl, redisUrl: config.redisUrl }),
  CacheModule.forRoot({ redisUrl: config.redisUrl, onlyProcess: config.database.url === null }),
  RedisModule.forRoot(config.redisUrl),
  StatisticsModule,
  CryptoModule,
  BusModule,
  OutboxModule,
  StreamModule,
  ...(sandbox?.everywhere ?? []),
  SmsModule.forRoot(sandbox?.smsSender ?? null),
  UsersModule,
  AuthModule,
  ChatroomModule,
  MessagesModule,
  BillingModule.forRoot(stripeEndpoint(config, sandbox)),
  ...(config.billing.on ? [WebhooksModule] : []),
];

/** The routes. */
const API = ({ config, sandbox }: Runtime): Modules => [
  HealthModule,
  HttpModule,
  ...(config.metrics.token === null ? [] : [MetricsApiModule]),
  IdempotencyModule,
  StreamApiModule,
  UsersApiModule,
  AuthApiModule,
  LimitsApiModule.forRoot({ onlyProcess: config.database.url === null, imports: [UsersModule] }),
  ChatroomApiModule,
  MessagesApiModule,
  ...(config.billing.on ? [BillingApiModule, WebhooksApiModule] : []),
  AdminApiModule.forRoot({ billing: config.billing.on }),
  ...(sandbox?.api ?? []),
];

/**
 * Background work: generates replies, sends codes and syncs with Stripe; in worker processes, or inline in the API.
 */
const WORKER = ({ config, sandbox }: Runtime): Modules => [
  MaintenanceModule,
  OutboxWorkerModule,
  LimitsWorkerModule,
  LlmModule.forRoot(sandbox?.sandbox.geminiEndpoint ?? null),
  UsersWorkerModule,
  AuthWorkerModule,
  MessagesWorkerModule,
  RepliesWorkerModule,
  ...(config.llm.titleModel === null ? [] : [TitlesWorkerModule]),
  ...(config.billing.on ? [BillingWorkerModule, WebhooksWorkerModule] : []),
];

/** The API process; with WORKER=inline it also generates the replies. */
@Module({})
export class ApiModule {
  static forRoot(runtime: Runtime): DynamicModule {
    const work = runtime.config.worker.inline ? WORKER(runtime) : [];
    return { module: ApiModule, imports: [...EVERYWHERE(runtime, 'api'), ...API(runtime), ...work] };
  }
}

/** The worker process: no routes but its probes. */
@Module({})
export class WorkerModule {
  static forRoot(runtime: Runtime): DynamicModule {
    const imports = [...EVERYWHERE(runtime, 'worker'), HealthWorkerModule, ...WORKER(runtime)];
    return { module: WorkerModule, imports };
  }
}

/** A command about billing: `npm run billing:reconcile`, `billing:replay`. No routes, no jobs. */
@Module({})
export class BillingToolModule {
  static forRoot(runtime: Runtime): DynamicModule {
    return { module: BillingToolModule, imports: EVERYWHERE(runtime, 'tool') };
  }
}

/** Stripe itself where it is configured, else its sandbox; null with BILLING=off. */
function stripeEndpoint({ billing }: Config, sandbox: SandboxParts | null): StripeSettings | null {
  if (!billing.on) return null;
  const endpoint = billing.stripe ?? sandbox?.sandbox.stripeEndpoint;
  if (!endpoint) throw new Error('billing is on with neither Stripe nor its sandbox');
  return endpoint;
}
