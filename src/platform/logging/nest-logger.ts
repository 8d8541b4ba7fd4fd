import type { LoggerService } from '@nestjs/common';
import type { Logger as Pino } from 'pino';

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace';

/** Nest logs every module and route at start, which helps only in debugging. */
const CHATTER = /^(InstanceLoader|RouterExplorer|RoutesResolver|NestFactory|NestApplication)$/;

/** Nest logs the error of a failed start and throws it; the process reports it, with what to do. */
const FAILED_START = 'ExceptionHandler';

/** Nest's log lines through pino. A message may be an object: its fields go beside `context`, `msg` is the text. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, context?: string): void {
    this.write(context !== undefined && CHATTER.test(context) ? 'debug' : 'info', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) === FAILED_START) return;
    this.write('error', message, rest.at(-1));
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, context?: string): void {
    this.write('trace', message, context);
  }

  private write(level: Level, message: unknown, context: unknown): void {
    if (typeof message === 'object' && message !== null && !(message instanceof Error)) {
      const { msg, ...fields } = message as { msg?: string };
      this.pino[level]({ context, ...fields }, msg);
    } else this.pino[level]({ context }, String(message));
  }
}
