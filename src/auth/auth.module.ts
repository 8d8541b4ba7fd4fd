import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Keys } from '../platform/crypto/keys.js';
import { UsersModule } from '../users/users.module.js';
import { Session } from './sessions/session.entity.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { accessTokenOptions } from './tokens/access-token.js';
import { AccessTokensService } from './tokens/access-tokens.service.js';
import { JwtAuthGuard } from './tokens/jwt-auth.guard.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';

/** Signing in, and the guard of every route. */
@Module({
  imports: [
    UsersModule,
    PassportModule,
    JwtModule.registerAsync({ inject: [Keys], useFactory: accessTokenOptions }),
    TypeOrmModule.forFeature([Session]),
  ],
  providers: [
    AccessTokensService,
    JwtStrategy,
    SessionsRepository,
    SessionsService,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
  exports: [SessionsService],
})
export class AuthModule {}
