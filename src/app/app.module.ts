import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AdminModule } from '../admin/admin.module.js';
import { RolesModule } from '../admin/roles/roles.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthWorkerModule } from '../auth/auth-worker.module.js';
import { BillingReconciliationModule } from '../billing/sync/billing-reconciliation.module.js';
import { BillingRoutesModule } from '../billing/billing-routes.module.js';
import { BillingWorkerModule } from '../billing/billing-worker.module.js';
import { StripeEndpointModule } from '../billing/stripe/stripe-endpoint.module.js';
import { RoomsDeletionModule } from '../chatroom/rooms-deletion.module.js';
import { ChatroomModule } from '../chatroom/chatroom.module.js';
import { GeminiEndpointModule } from '../llm/gemini-endpoint.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { BusModule } from '../platform/bus/bus.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { SystemClock } from '../platform/clock/clock.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import type { Config, StripeSettings } from '../platform/config/config.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { HealthModule } from '../platform/health/health.module.js';
import { HttpModule } from '../platform/http/http.module.js';
import { MaintenanceModule } from '../platform/maintenance/maintenance.module.js';
import { LimitsApiModule } from '../platform/limits/limits.api.module.js';
import { LimitsWorkerModule } from '../platform/limits/limits.worker.module.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { SmsModule } from '../platform/sms/sms.module.js';
import { StreamModule } from '../platform/stream/stream.module.js';
import { RepliesModule } from '../replies/replies.module.js';
import type { SandboxParts } from '../sandbox/sandbox-parts.js';
import { DormantAccountsModule } from '../users/deletion/dormant-accounts.module.js';
import { UsersModule } from '../users/users.module.js';
import { WebhookReplayModule } from '../webhooks/webhook-replay.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { WebhooksWorkerModule } from '../webhooks/webhooks-worker.module.js';

/** What a process is built from, beside its configuration. */
export interface Runtime {
  config: Config;
  /** The stand-ins for outside worlds; null where all of them are real. */
  sandbox: SandboxParts | null;
  /** The database: configured, or the embedded one. */
  databaseUrl: string;
}

/** What both processes share. */
function platform(
  { config, sandbox, databaseUrl }: Runtime,
  role: 'api' | 'worker' | 'tool',
): (DynamicModule | Type)[] {
  return [
    ConfigModule.forRoot(config),
    ClockModule.forRoot(sandbox?.sandbox.clock ?? new SystemClock()),
    GeminiEndpointModule.forRoot(sandbox?.sandbox.geminiEndpoint ?? null),
    ...(config.billing.on
      ? [StripeEndpointModule.forRoot(stripeEndpoint(config, sandbox?.sandbox.stripeEndpoint ?? null))]
      : []),
    DatabaseModule.forRoot({
      url: databaseUrl,
      poolMax: config.database.poolMax,
      applicationName: `chat-${role}`,
    }),
    QueueModule.forRoot({ databaseUrl, redisUrl: config.redisUrl }),
    CacheModule.forRoot({ redisUrl: config.redisUrl, onlyProcess: config.database.url === null }),
    ...(sandbox?.everywhere ?? []),
    RedisModule.forRoot(config.redisUrl),
    CryptoModule,
    BusModule,
    StreamModule,
    SmsModule.forRoot(sandbox?.smsSender ?? null),
  ];
}

/** Stripe itself where it is configured, else its sandbox. */
function stripeEndpoint({ billing }: Config, sandbox: StripeSettings | null): StripeSettings {
  const endpoint = billing.stripe ?? sandbox;
  if (!endpoint) throw new Error('there is neither Stripe nor its sandbox');
  return endpoint;
}

/** What makes replies, sends codes, and keeps to what Stripe says: in a worker process, or inline. */
const work = ({ billing }: Config): Type[] => [
  MaintenanceModule,
  LimitsWorkerModule,
  AuthWorkerModule,
  RepliesModule,
  RoomsDeletionModule,
  DormantAccountsModule,
  ...(billing.on ? [BillingWorkerModule, WebhooksWorkerModule] : []),
];

/** The API process; with WORKER=inline it makes the replies, too. */
@Module({})
export class ApiModule {
  static forRoot(runtime: Runtime): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ...platform(runtime, 'api'),
        HealthModule,
        HttpModule,
        UsersModule,
        AuthModule,
        LimitsApiModule.forRoot({
          onlyProcess: runtime.config.database.url === null,
          imports: [UsersModule],
        }),
        ChatroomModule,
        MessagesModule,
        ...(runtime.config.billing.on ? [BillingRoutesModule, WebhooksModule] : []),
        AdminModule.forRoot({ billing: runtime.config.billing.on }),
        ...(runtime.config.worker.inline ? work(runtime.config) : []),
        ...(runtime.sandbox?.api ?? []),
      ],
    };
  }
}

/** A command about billing: `npm run billing:reconcile`, `billing:replay`. No routes, no jobs. */
@Module({})
export class BillingToolModule {
  static forRoot(runtime: Runtime): DynamicModule {
    return {
      module: BillingToolModule,
      imports: [...platform(runtime, 'tool'), BillingReconciliationModule, WebhookReplayModule],
    };
  }
}

/** A command about operators: `npm run admin:grant`, `admin:revoke`. The database, and nothing else. */
@Module({})
export class AdminToolModule {
  static forRoot({ config, databaseUrl }: Runtime): DynamicModule {
    return {
      module: AdminToolModule,
      imports: [
        ConfigModule.forRoot(config),
        ClockModule.forRoot(new SystemClock()),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax: 2, applicationName: 'chat-tool' }),
        CryptoModule,
        RolesModule,
      ],
    };
  }
}

/** The worker process: no routes. */
@Module({})
export class WorkerModule {
  static forRoot(runtime: Runtime): DynamicModule {
    return {
      module: WorkerModule,
      imports: [...platform(runtime, 'worker'), ...work(runtime.config)],
    };
  }
}
