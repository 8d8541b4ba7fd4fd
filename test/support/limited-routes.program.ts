import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import type { Tier } from '../../src/platform/config/tier.js';
import { CryptoModule } from '../../src/platform/crypto/crypto.module.js';
import { Alias } from '../../src/platform/fields/alias.decorator.js';
import { DtoValidationPipe } from '../../src/platform/fields/validation.pipe.js';
import { CurrentUser, type Principal } from '../../src/platform/http/principal.js';
import { RouteMethods } from '../../src/platform/http/edge/route-methods.js';
import { IdempotencyKey, type Idempotency } from '../../src/platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../src/platform/idempotency/idempotency-keys.service.js';
import { IdempotencyModule } from '../../src/platform/idempotency/idempotency.module.js';
import { Limit, type LimitOptions } from '../../src/platform/limits/limit.decorator.js';
import { LimitsApiModule } from '../../src/platform/limits/limits.api.module.js';
import { TierSource } from '../../src/platform/limits/tier-source.js';
import { Operation } from '../../src/platform/openapi/operation.decorator.js';
import { ProblemFilter } from '../../src/platform/problem/problem.filter.js';
import { RedisModule } from '../../src/platform/redis/redis.module.js';
import { SmsSender } from '../../src/platform/sms/sms-sender.js';
import { SmsModule } from '../../src/platform/sms/sms.module.js';

class NumberDto {
  @IsOptional()
  @IsString()
  @Alias('mobile')
  mobile_number?: string;
}

const operation = { summary: 's', description: 'd', success: { status: 200, description: 'Fine.' } };
const HOURLY = { per: 'hour', by: 'user' } as const satisfies Partial<LimitOptions>;

@Controller()
class Sample {
  constructor(private readonly keys: IdempotencyKeys) {}

  @Get('three') @Limit({ name: 'three', max: 3, ...HOURLY }) @Operation(operation) three() {}

  @Get('below')
  @Operation(operation)
  @Limit({ name: 'below', max: 1, per: { seconds: 90 }, by: 'user', code: 'credentials_attempts_exceeded' })
  below() {}

  @Get('by-tier')
  @Limit({ name: 'by-tier', max: ({ quota }) => quota.dailyLimit, ...HOURLY, liftedBy: 'BASIC_DAILY_LIMIT' })
  @Operation(operation)
  byTier() {}

  @Get('two')
  @Limit({ name: 'wide', max: 3, ...HOURLY })
  @Limit({ name: 'narrow', max: 1, ...HOURLY })
  @Operation(operation)
  two() {}

  @Get('wide') @Limit({ name: 'wide', max: 3, ...HOURLY }) @Operation(operation) wide() {}

  @Get('address')
  @Limit({ name: 'address', max: 1, per: 'hour', by: 'address' })
  @Operation({ ...operation, access: 'open' })
  address() {}

  @Get('network')
  @Limit({ name: 'network', max: 1, per: 'hour', by: 'network' })
  @Operation({ ...operation, access: 'open' })
  network() {}

  @Post('number')
  @Limit({ name: 'number', max: 1, per: 'hour', by: { field: 'mobile_number', as: 'number' } })
  @Operation({ ...operation, access: 'open' })
  number(@Body() body: NumberDto) {
    return body;
  }

  @Post('made')
  @Limit({ name: 'made', max: 1, ...HOURLY })
  @Operation({ ...operation, idempotent: true })
  made(@CurrentUser() { userId }: Principal, @IdempotencyKey() key: Idempotency | null) {
    return this.keys.once(userId, key, () => Promise.resolve());
  }

  @Get('ownerless')
  @Limit({ name: 'ownerless', max: 1, ...HOURLY })
  @Operation({ ...operation, access: 'open' })
  ownerless() {}
}

/** Signs in by naming a user; names of Pro users begin with `pro`. */
class SignIn implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = request.headers['x-user'] as string | undefined;
    if (userId && request.headers['x-tier'] === 'pro') pro.add(userId);
    if (userId) request.principal = { userId, sessionId: userId, expiresAtMs: Infinity };
    return true;
  }
}
@Module({ providers: [{ provide: APP_GUARD, useClass: SignIn }] })
class SignInModule {}

const pro = new Set<string>();
class Tiers extends TierSource {
  override tierOf = (userId: string): Promise<Tier> => Promise.resolve(pro.has(userId) ? 'pro' : 'basic');
}
@Module({ providers: [{ provide: TierSource, useClass: Tiers }], exports: [TierSource] })
class TierModule {}

class NoSms extends SmsSender {
  override send = () => Promise.resolve();
  override forget = () => Promise.resolve();
}

/**
 * A small application with limited routes, as a program of its own, because Jest cannot load @nestjs/throttler, which is
 * CommonJS and requires Nest's ES modules. Sends its address and its document to its parent process.
 */
const config: Config = loadConfig({ PRO_DAILY_LIMIT: '' }, { embeddedSecret: () => 's'.repeat(32) });
@Module({
  imports: [
    ConfigModule.forRoot(config),
    ClockModule.forRoot(new SystemClock()),
    DatabaseModule.forRoot({ url: process.env['DATABASE_URL']!, poolMax: 5, applicationName: 'limits' }),
    RedisModule.forRoot(null),
    CryptoModule,
    SmsModule.forRoot(NoSms),
    IdempotencyModule,
    SignInModule,
    LimitsApiModule.forRoot({ onlyProcess: true, imports: [TierModule] }),
  ],
  controllers: [Sample],
})
class App {}
const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter({ trustProxy: true }), {
  logger: false,
});
app.useGlobalPipes(new DtoValidationPipe());
app.useGlobalFilters(new ProblemFilter(() => 'http://localhost', new RouteMethods()));
const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
await app.listen(0, '127.0.0.1');
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.send!({ listening: await app.getUrl(), document });
