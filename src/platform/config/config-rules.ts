import type { EnvironmentProblem } from './config-error.js';
import type { Environment } from './environment.js';
import { sandboxWorlds } from './sandbox-worlds.js';

const PLACEHOLDER = /change[-_ ]?me|placeholder|example|your[-_ ]|secret[-_ ]?key[-_ ]?here|xxxx/i;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Is this an address that only this machine can reach? */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Production names each outside world and refuses everything made for trying out. */
export function productionProblems(env: Environment): EnvironmentProblem[] {
  if (env.NODE_ENV !== 'production') return [];
  const problems: EnvironmentProblem[] = [];
  const need = (name: keyof Environment, message: string) => {
    if (env[name] === undefined) problems.push({ name, message });
  };
  need('APP_URL', 'is required in production');
  need('DATABASE_URL', 'is required in production: the embedded database is for trying out');
  need('JWT_SECRET', 'is required in production');
  need('OTP_DELIVERY', 'is required in production: twilio or webhook');
  if (env.OTP_DELIVERY === 'sandbox')
    problems.push({ name: 'OTP_DELIVERY', message: 'sandbox is refused in production' });
  if (env.LLM_PROVIDERS.includes('gemini'))
    need('GEMINI_API_KEY', 'is required in production while LLM_PROVIDERS names gemini');
  if (env.SANDBOX_PUBLIC) problems.push({ name: 'SANDBOX_PUBLIC', message: 'is refused in production' });
  for (const name of [
    'JWT_SECRET',
    'GEMINI_API_KEY',
    'GROQ_API_KEY',
    'SMS_WEBHOOK_SECRET',
    'TWILIO_AUTH_TOKEN',
  ] as const) {
    if (env[name] && PLACEHOLDER.test(env[name])) problems.push({ name, message: 'is a placeholder' });
  }
  return problems;
}

/** A sandbox never fails open: whoever reaches it may sign in as anyone. */
export function sandboxProblems(env: Environment): EnvironmentProblem[] {
  if (sandboxWorlds(env).length === 0 || isLoopback(env.HOST) || env.SANDBOX_PUBLIC) return [];
  return [
    {
      name: 'HOST',
      message: `must be loopback while a sandbox is on (${sandboxWorlds(env).join(', ')}); or set SANDBOX_PUBLIC, whose value says what it allows`,
    },
  ];
}

/** What one choice makes necessary elsewhere. */
export function worldProblems(env: Environment): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  const need = (present: unknown, name: string, message: string) => {
    if (!present) problems.push({ name, message });
  };
  if (env.DATABASE_URL)
    need(env.JWT_SECRET, 'JWT_SECRET', 'is required with DATABASE_URL: all processes must share it');
  if (!env.DATABASE_URL && env.WORKER === 'separate')
    problems.push({
      name: 'WORKER',
      message: 'separate needs DATABASE_URL: the embedded database belongs to one process',
    });
  if (env.LLM_PROVIDERS.includes('groq'))
    need(env.GROQ_API_KEY, 'GROQ_API_KEY', 'is required while LLM_PROVIDERS names groq');
  if (env.OTP_DELIVERY === 'webhook') {
    need(env.SMS_WEBHOOK_URL, 'SMS_WEBHOOK_URL', 'is required with OTP_DELIVERY=webhook');
    need(env.SMS_WEBHOOK_SECRET, 'SMS_WEBHOOK_SECRET', 'is required with OTP_DELIVERY=webhook');
  }
  if (env.OTP_DELIVERY === 'twilio') {
    need(env.TWILIO_ACCOUNT_SID, 'TWILIO_ACCOUNT_SID', 'is required with OTP_DELIVERY=twilio');
    need(env.TWILIO_AUTH_TOKEN, 'TWILIO_AUTH_TOKEN', 'is required with OTP_DELIVERY=twilio');
    need(
      env.TWILIO_MESSAGING_SERVICE_SID ?? env.TWILIO_FROM,
      'TWILIO_MESSAGING_SERVICE_SID',
      'or TWILIO_FROM is required with OTP_DELIVERY=twilio',
    );
  }
  if (env.OTP_TEST_NUMBERS) {
    need(env.OTP_TEST_NUMBERS_UNTIL, 'OTP_TEST_NUMBERS_UNTIL', 'is required with OTP_TEST_NUMBERS');
    const digits = new RegExp(`^\\+\\d{8,15}:\\d{${env.OTP_LENGTH}}$`);
    if (!env.OTP_TEST_NUMBERS.every((pair) => digits.test(pair)))
      problems.push({
        name: 'OTP_TEST_NUMBERS',
        message: `every entry is +number:code with ${env.OTP_LENGTH} digits`,
      });
  }
  for (const secret of env.JWT_PREVIOUS_SECRETS ?? []) {
    if (secret.length < 32)
      problems.push({ name: 'JWT_PREVIOUS_SECRETS', message: 'each has at least 32 characters' });
  }
  return problems;
}
