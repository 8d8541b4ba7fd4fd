import type { EnvironmentProblem } from '../../platform/config/config-error.js';
import type { Config } from '../../platform/config/config.js';
import { isLoopback } from '../../platform/config/loopback.js';
import { isPlaceholder } from '../../platform/config/placeholder.js';
import { failed, fix, ok, skipped, warning, type CheckGroup, type Finding } from './check.js';

const SERVICE = 'Configuration';
const PAGE = 'docs/configuration.md';

/** The faults that stop a start, one check for each variable. */
export const brokenConfiguration = (problems: EnvironmentProblem[]): CheckGroup => ({
  service: SERVICE,
  checks: problems.map(({ name, message }) => ({
    name,
    run: () => failed(message, fix(name, 'correct it; the product does not start with it', PAGE)),
  })),
});

/** The checks of a configuration that the product starts with: settings that are allowed, but rarely meant. */
export function configurationChecks(config: Config, now: Date): CheckGroup {
  return {
    service: SERVICE,
    checks: [
      { name: 'environment', run: () => verdictOfEnvironment(config) },
      { name: 'public address', run: () => verdictOfAppUrl(config) },
      { name: 'web origins', run: () => verdictOfOrigins(config) },
      { name: 'token secret', run: () => verdictOfSecrets(config) },
      { name: 'proxies', run: () => verdictOfProxies(config) },
      { name: 'fixed codes', run: () => verdictOfTestNumbers(config, now) },
      { name: 'countries', run: () => verdictOfCountries(config) },
    ],
  };
}

export function verdictOfEnvironment({ production, sandbox: { providers } }: Config): Finding {
  if (production) return ok('production: no sandbox, no placeholder');
  const names = { sms: 'SMS', llm: 'Gemini', billing: 'Stripe' };
  const simulated = providers.map((provider) => names[provider]).join(', ');
  const fact = simulated ? `not production; simulated: ${simulated}` : 'not production; nothing is simulated';
  return warning(fact, fix('NODE_ENV', 'set production where users come', 'docs/going-live.md'));
}

export function verdictOfAppUrl({ production, http: { appUrl } }: Config): Finding {
  if (appUrl === null)
    return skipped('not set: links have the address that the API listens on', fix('APP_URL', 'set it', PAGE));
  const { protocol, hostname } = new URL(appUrl);
  if (protocol === 'https:') return ok(`${hostname}, https`);
  const fact = `${hostname}, without TLS`;
  if (!production && isLoopback(hostname)) return ok(fact);
  const remedy = fix('APP_URL', 'use the https address of the proxy: tokens travel in every request');
  return production ? failed(fact, remedy) : warning(fact, remedy);
}

export function verdictOfOrigins({ production, http: { corsOrigins } }: Config): Finding {
  if (corsOrigins.length === 0) return ok('no web page of another origin may call the API');
  const bad = corsOrigins.filter((origin) => !isOrigin(origin));
  if (bad.length > 0)
    return failed(
      `matches no browser’s Origin header: ${bad.join(', ')}`,
      fix(
        'CORS_ORIGINS',
        'write scheme and host without a path or a trailing slash: https://app.example.org',
      ),
    );
  const local = corsOrigins.filter((origin) => !origin.startsWith('https://'));
  if (production && local.length > 0)
    return warning(
      `pages without TLS may call the API: ${local.join(', ')}`,
      fix('CORS_ORIGINS', 'name https origins only'),
    );
  return ok(corsOrigins.join(', '));
}

/** An origin as browsers send it, `:*` for any port. Custom schemes (`capacitor://localhost`) are origins, too. */
function isOrigin(origin: string): boolean {
  const base = origin.replace(/:\*$/, '');
  const [scheme = '', rest = '', ...more] = base.split('://');
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) && rest !== '' && more.length === 0 && !/[/*?#\s]/.test(rest);
}

export function verdictOfSecrets({ auth: { secrets }, database }: Config): Finding {
  const [current = '', ...previous] = secrets;
  if (database.url === null && current === '') return ok('generated at the first start, kept in DATA_DIR');
  if (isPlaceholder(current))
    return warning(
      'looks typed by hand',
      fix('JWT_SECRET', 'make a random one: openssl rand -hex 32', 'docs/security.md'),
    );
  if (previous.length > 0)
    return warning(
      `${current.length} characters; ${previous.length} previous secrets are still accepted`,
      fix('JWT_PREVIOUS_SECRETS', 'remove them when REFRESH_TOKEN_TTL_DAYS have passed since the rotation'),
    );
  return ok(`${current.length} characters`);
}

export function verdictOfProxies({ production, http: { host, trustProxy } }: Config): Finding {
  if (trustProxy.length > 0) return ok(`X-Forwarded-For is trusted from ${trustProxy.join(', ')}`);
  if (!production || isLoopback(host)) return ok('no proxy is trusted');
  return warning(
    'no proxy is trusted: behind one, all callers share its address and its limits',
    fix('TRUST_PROXY', 'name the proxy’s address or range', 'docs/deploy.md'),
  );
}

export function verdictOfTestNumbers({ otp }: Config, now: Date): Finding {
  const { testNumbers, testNumbersUntil } = otp;
  if (testNumbers.size === 0) return ok('none');
  const remedy = fix('OTP_TEST_NUMBERS', 'remove them after the review');
  if (testNumbersUntil === null || testNumbersUntil <= now) return warning('expired', remedy);
  return warning(`${testNumbers.size} until ${testNumbersUntil.toISOString()}`, remedy);
}

export function verdictOfCountries({ otp: { delivery, allowedCountries } }: Config): Finding {
  if (allowedCountries.length > 0) return ok(`codes are sent to ${allowedCountries.join(', ')}`);
  if (delivery === 'sandbox') return ok('codes are sent to all countries (by the sandbox)');
  return warning(
    'codes are sent to all countries: SMS pumping prefers the most expensive ones',
    fix('OTP_ALLOWED_COUNTRIES', 'name the countries of your users', 'docs/security.md'),
  );
}
