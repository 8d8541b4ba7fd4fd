import { Inject, Injectable } from '@nestjs/common';
import { AppUrl } from '../../platform/http/app-url.js';
import { originPattern } from '../../platform/http/edge/cors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';

/** Stripe replaces this placeholder by the session's id. */
const SESSION_ID = '{CHECKOUT_SESSION_ID}';
/** Characters that URL parsers drop or replace silently: white space, control characters, backslashes. */
const AMBIGUOUS = /[\s\\\p{Cc}\p{Cf}]/u;

/** Chooses the addresses that Stripe's pages return to: the request's, the configuration's, or pages of this server. */
@Injectable()
export class ReturnAddresses {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly appUrl: AppUrl,
  ) {}

  success(given: string | undefined): string {
    return (
      this.allowed('success_url', given) ??
      this.config.billing.checkoutSuccessUrl ??
      `${this.appUrl.value}/subscribe/success`
    );
  }

  cancel(given: string | undefined): string {
    return (
      this.allowed('cancel_url', given) ??
      this.config.billing.checkoutCancelUrl ??
      `${this.appUrl.value}/subscribe/cancel`
    );
  }

  portal(given: string | undefined): string {
    return this.allowed('return_url', given) ?? this.config.billing.appLink ?? this.appUrl.value;
  }

  /**
   * Accepts only addresses of allowed origins. An open redirect from Stripe's domain would serve phishing (OWASP,
   * Unvalidated Redirects and Forwards Cheat Sheet).
   * @throws Problem `validation_failed`
   */
  private allowed(field: string, given: string | undefined): string | undefined {
    if (given === undefined) return undefined;
    const url = URL.canParse(given) ? new URL(given) : null;
    if (!url || AMBIGUOUS.test(given) || !/^https?:$/.test(url.protocol) || url.username || url.password)
      throw Problem.field(
        field,
        'invalid',
        `${field} must be an http or https URL without user name, password, spaces or backslashes.`,
      );
    const origins = [...this.config.billing.returnOrigins, new URL(this.appUrl.value).origin];
    if (!origins.some((origin) => matches(originPattern(origin), url.origin)))
      throw Problem.field(
        field,
        'not_allowed',
        `${field} must have one of the origins listed in RETURN_URL_ORIGINS.`,
      );
    // The parsed form is passed on: parsers differ on the original text (RFC 3986 has no backslash, WHATWG has).
    return url.href.replaceAll(encodeURIComponent(SESSION_ID), SESSION_ID);
  }
}

const matches = (pattern: string | RegExp, origin: string): boolean =>
  typeof pattern === 'string' ? pattern === origin : pattern.test(origin);
