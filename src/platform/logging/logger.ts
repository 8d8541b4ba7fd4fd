import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';

/** Header and field names whose values never reach a log line (promise 10). */
const SECRET_PATHS = [
  'req.headers.authorization',
  'authorization',
  'otp',
  'code',
  'password',
  'token',
  'refresh_token',
  'access_token',
  'content',
];

/** The process's one logger: JSON lines on standard output. */
export function createLogger(level: string, role: 'api' | 'worker'): Pino {
  return pino({
    level,
    base: { role },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  });
}

/** Nest's log lines through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, context?: string): void {
    // Nest tells of every module and route at start: useful when looking for a fault only.
    const chatter =
      context !== undefined &&
      /^(InstanceLoader|RouterExplorer|RoutesResolver|NestFactory|NestApplication)$/.test(context);
    this.pino[chatter ? 'debug' : 'info']({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.pino.error({ context: rest.at(-1) }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.pino.warn({ context }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.pino.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.pino.trace({ context }, String(message));
  }
}
