import type { Config } from '../../platform/config/config.js';
import { parseRedisUrl } from '../../platform/redis/redis-url.js';
import type { CheckResult } from './check.js';

const HIDDEN = '[secret]';
/** A shorter value is no secret of the configuration, and its removal would mutilate ordinary words. */
const LEAST_LENGTH = 6;

/** Removes every secret of the configuration from texts that are printed. */
export class Redactor {
  /** Longest first: a secret may contain a shorter one. */
  private readonly secrets: string[];

  constructor(secrets: (string | null | undefined)[]) {
    const spellings = secrets.flatMap((secret) => (secret ? [secret, encodeURIComponent(secret)] : []));
    this.secrets = [...new Set(spellings)]
      .filter(({ length }) => length >= LEAST_LENGTH)
      .toSorted((a, b) => b.length - a.length);
  }

  static of(config: Config): Redactor {
    const { database, redisUrl, auth, llm, billing, sms, events } = config;
    const redis = redisUrl === null ? null : parseRedisUrl(redisUrl);
    return new Redactor([
      passwordIn(database.url),
      redis?.password,
      redis?.sentinel?.password,
      ...auth.secrets,
      llm.gemini.apiKey,
      ...Object.values(llm.servers).map(({ apiKey }) => apiKey),
      billing.stripe?.secretKey,
      ...(billing.stripe?.webhookSecrets ?? []),
      sms.webhook?.secret,
      sms.twilio?.authToken,
      ...(events?.secrets ?? []),
    ]);
  }

  text(text: string): string {
    return this.secrets.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text);
  }

  clean(result: CheckResult): CheckResult {
    const { fix } = result;
    return {
      ...result,
      fact: this.text(result.fact),
      fix: fix && { ...fix, text: this.text(fix.text) },
    };
  }
}

function passwordIn(url: string | null): string | null {
  return url === null ? null : decodeURIComponent(new URL(url).password);
}
