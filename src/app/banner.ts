import type { Config } from '../platform/config/config.js';
import { describeRedis, parseRedisUrl } from '../platform/redis/redis-url.js';

interface Started {
  url: string;
  /** Whether browsers get the console at `/`. */
  hasConsole: boolean;
  /** The database, in words. */
  database: string;
}

/** The start-up banner: what runs here, and the next step. */
export function banner(config: Config, { url, hasConsole, database }: Started): string {
  const { providers } = config.sandbox;
  const rows: [string, string][] = [
    ['API', url],
    ...(config.console ? [consoleRow(url, hasConsole)] : []),
    ...(config.docs
      ? ([
          ['Swagger UI', `${url}/docs`],
          ['Scalar', `${url}/scalar`],
        ] as [string, string][])
      : []),
    ...(providers.includes('sms') ? ([['SMS inbox', `${url}/sandbox/sms`]] as [string, string][]) : []),
    ['Database', database],
    ['Queue', `BullMQ on ${config.redisUrl ? describeRedis(parseRedisUrl(config.redisUrl)) : 'PostgreSQL'}`],
    ['Worker', config.worker.inline ? 'in this process' : 'separate: npm run start:worker'],
    [
      'Sandbox',
      providers.length > 0 ? `${providers.join(', ')} (local stand-ins: nothing leaves this machine)` : 'off',
    ],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(11)} ${value}`);
  return ['', ...lines, '', ...nextStep(providers.includes('sms'), url), ''].join('\n');
}

const consoleRow = (url: string, hasConsole: boolean): [string, string] => [
  'Console',
  hasConsole ? `${url}/` : 'not built (npm run build): browsers get an index at /',
];

function nextStep(smsSandbox: boolean, url: string): string[] {
  if (!smsSandbox) return [];
  return [
    '  Sign in: the response contains the code',
    `  curl -s ${url}/auth/send-otp -H 'Content-Type: application/json' -d '{"mobile_number": "+919876543210"}'`,
  ];
}
