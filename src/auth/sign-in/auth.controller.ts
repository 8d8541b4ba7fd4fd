import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { ChangePasswordDto, ForgotPasswordDto, ResetPasswordDto } from '../passwords/passwords.dto.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { Origin, type RequestOrigin } from '../request-origin.js';
import { RefreshService } from '../sessions/refresh.service.js';
import { BearerToken } from '../tokens/bearer.js';
import { OwnTokensOnly } from '../tokens/own-tokens-only.decorator.js';
import { TokensDto } from '../tokens/tokens.dto.js';
import { LogOutService } from './log-out.service.js';
import { PasswordLoginGuard } from './password-login.guard.js';
import {
  CodeSentDto,
  LoginDto,
  LogoutDto,
  RefreshDto,
  SendOtpDto,
  SignUpDto,
  VerifiedDto,
  VerifyOtpDto,
} from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

const CODE_SENT = {
  status: 202,
  description: 'The request is accepted. The answer is the same whether or not a code is sent.',
  type: CodeSentDto,
};
const TOKENS = { status: 200, description: 'The tokens.', type: TokensDto };

@ApiTags('Auth')
@OwnTokensOnly()
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignInService,
    private readonly refreshes: RefreshService,
    private readonly logOuts: LogOutService,
    private readonly passwords: PasswordsService,
  ) {}

  @Post('signup')
  @Operation({
    summary: 'Sign up with a mobile number',
    description:
      'Sends a code. The account is created when POST /auth/verify-otp proves the number; the profile is kept until then under the `challenge_id`. The answer is the same for a known number.',
    access: 'open',
    success: CODE_SENT,
    errors: ['otp_send_limited'],
    takesBody: true,
  })
  signUp(@Body() body: SignUpDto, @Origin() origin: RequestOrigin): Promise<CodeSentDto> {
    return this.signIn.signUp(body, origin);
  }

  @Post('send-otp')
  @Operation({
    summary: 'Send a code by SMS',
    description:
      'Sends a code to any mobile number; the first successful sign-in creates the account. With `challenge_id` the same code is sent again.',
    access: 'open',
    success: CODE_SENT,
    errors: ['otp_send_limited'],
    takesBody: true,
  })
  sendOtp(@Body() body: SendOtpDto, @Origin() origin: RequestOrigin): Promise<CodeSentDto> {
    return this.signIn.sendOtp(body, origin);
  }

  @Post('verify-otp')
  @Operation({
    summary: 'Sign in with the code',
    description:
      'Exchanges the code for tokens. The profile of a sign-up is applied only with its own `challenge_id` and only to a new account; otherwise it is discarded.',
    access: 'open',
    success: { status: 200, description: 'Signed in.', type: VerifiedDto },
    errors: ['otp_invalid', 'account_suspended', 'otp_attempts_exceeded'],
    takesBody: true,
  })
  verifyOtp(@Body() body: VerifyOtpDto, @Origin() origin: RequestOrigin): Promise<VerifiedDto> {
    return this.signIn.verifyOtp(body, origin);
  }

  @Post('login')
  @UseGuards(PasswordLoginGuard)
  @Operation({
    summary: 'Sign in with a password',
    description:
      'Wrong passwords are limited; signing in with a code remains possible. 404 with PASSWORD_LOGIN=off.',
    access: 'open',
    success: TOKENS,
    errors: ['credentials_invalid', 'account_suspended', 'not_found', 'credentials_attempts_exceeded'],
    takesBody: true,
  })
  logIn(@Body() body: LoginDto, @Origin() origin: RequestOrigin): Promise<TokensDto> {
    return this.signIn.logIn(body, origin);
  }

  @Post('refresh')
  @Operation({
    summary: 'Get new tokens',
    description:
      'Rotates the refresh token. The previous one is accepted again for 10 s, and later as long as no token issued with the current one has been used. Any older one ends the session.',
    access: 'open',
    success: TOKENS,
    errors: ['session_ended'],
    takesBody: true,
  })
  refreshTokens(@Body() body: RefreshDto, @Origin() origin: RequestOrigin): Promise<TokensDto> {
    return this.refreshes.refresh(body.refresh_token, origin);
  }

  @Post('logout')
  @Operation({
    summary: 'Sign out',
    description:
      'Ends the session of the refresh token, or of the Authorization header. Always responds 204.',
    access: 'open',
    success: { status: 204, description: 'Signed out.' },
    takesBody: true,
  })
  logOut(@Body() body: LogoutDto, @BearerToken() accessToken: string | null): Promise<void> {
    return this.logOuts.logOut(body.refresh_token, accessToken);
  }

  @Post('forgot-password')
  @UseGuards(PasswordLoginGuard)
  @Operation({
    summary: 'Send a code to reset the password',
    description: 'Unknown numbers get the same answer, and no code is sent.',
    access: 'open',
    success: CODE_SENT,
    errors: ['not_found', 'otp_send_limited'],
    takesBody: true,
  })
  forgotPassword(@Body() body: ForgotPasswordDto, @Origin() origin: RequestOrigin): Promise<CodeSentDto> {
    return this.passwords.forgot(body, origin);
  }

  @Post('reset-password')
  @UseGuards(PasswordLoginGuard)
  @Operation({
    summary: 'Set a new password with the code',
    description: 'Ends every session. Only a code from POST /auth/forgot-password is accepted.',
    access: 'open',
    success: { status: 204, description: 'The password is set. Sign in with it.' },
    errors: ['otp_invalid', 'account_suspended', 'not_found', 'otp_attempts_exceeded'],
    takesBody: true,
  })
  resetPassword(@Body() body: ResetPasswordDto): Promise<void> {
    return this.passwords.reset(body);
  }

  @Post('change-password')
  @UseGuards(PasswordLoginGuard)
  @Operation({
    summary: 'Change the password',
    description:
      'Ends every other session. An account without a password needs a fresh session (signed in or confirmed within 10 minutes).',
    success: { status: 204, description: 'The password is changed.' },
    errors: ['step_up_required', 'not_found', 'credentials_attempts_exceeded'],
    takesBody: true,
  })
  changePassword(@CurrentUser() principal: Principal, @Body() body: ChangePasswordDto): Promise<void> {
    return this.passwords.change(principal, body);
  }
}
