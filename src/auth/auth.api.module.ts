import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Keys } from '../platform/crypto/keys.js';
import { LimitsModule } from '../platform/limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthModule } from './auth.module.js';
import { AccountController } from './accounts/account.controller.js';
import { AccountService } from './accounts/account.service.js';
import { NumberChangeController } from './accounts/number-change.controller.js';
import { StepUpController } from './accounts/step-up.controller.js';
import { SignInExport } from './accounts/sign-in-export.js';
import { NumberChangeService } from './accounts/number-change.service.js';
import { StepUpService } from './accounts/step-up.service.js';
import { CodeCheckerService } from './codes/code-checker.service.js';
import { CodeQueue } from './codes/code-queue.js';
import { CodeSenderService } from './codes/code-sender.service.js';
import { ExternalSessionsService } from './issuers/external-sessions.service.js';
import { TrustedIssuersService } from './issuers/trusted-issuers.service.js';
import { SendCeilings } from './limits/send-ceilings.service.js';
import { NetworkRecorder } from './networks/network-recorder.service.js';
import { SignInNetworks } from './networks/sign-in-networks.service.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordRules } from './passwords/password-rules.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { RevocationsService } from './sessions/revocations.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AuthController } from './sign-in/auth.controller.js';
import { LogOutService } from './sign-in/log-out.service.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { accessTokenOptions } from './tokens/access-token.js';
import { JwtAuthGuard } from './tokens/jwt-auth.guard.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';
import { TokensService } from './tokens/tokens.service.js';

/** The routes of signing in, sessions and accounts, and the guard of every route. */
@Module({
  imports: [
    UsersModule,
    AuthModule,
    LimitsModule,
    PassportModule,
    JwtModule.registerAsync({ inject: [Keys], useFactory: accessTokenOptions }),
    TypeOrmModule.forFeature([Session]),
  ],
  controllers: [
    AccountController,
    AuthController,
    SessionsController,
    NumberChangeController,
    StepUpController,
  ],
  providers: [
    AccountService,
    NetworkRecorder,
    CodeCheckerService,
    CodeQueue,
    CodeSenderService,
    ExternalSessionsService,
    JwtStrategy,
    LogOutService,
    NumberChangeService,
    PasswordHasher,
    PasswordRules,
    PasswordsService,
    RefreshService,
    RevocationsService,
    SendCeilings,
    SessionsService,
    SignInExport,
    SignInNetworks,
    SignInService,
    StepUpService,
    TokensService,
    TrustedIssuersService,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
  exports: [NumberChangeService, RevocationsService, SessionsService],
})
export class AuthApiModule {}
