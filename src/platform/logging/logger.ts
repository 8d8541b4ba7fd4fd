import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { isTracing, traceIds } from '../tracing/tracing.js';
import { LineBuffer } from './line-buffer.js';

/** Fields whose values are never logged (promise 10). */
const SECRET_PATHS = [
  'req.headers.authorization',
  'authorization',
  'otp',
  'code_sent',
  'password',
  'token',
  'refresh_token',
  'access_token',
  'content',
  'mobile_number',
];

export type Role = 'api' | 'worker' | 'tool';

/**
 * The process's log: one stream of JSON lines on standard output; for a command on standard error, beside its output.
 */
export interface ProcessLog {
  role: Role;
  pino: Pino;
  /** Takes complete lines, for the one place where pino's cost matters ({@link RequestLog}). */
  stream: DestinationStream;
}

/**
 * Opens the log. Lines are written asynchronously, many in one system call; the rest is written when the process exits,
 * in any way but SIGKILL.
 */
export function openLog(level: string, role: Role): ProcessLog {
  const output = pino.destination({ dest: role === 'tool' ? 2 : 1, sync: false });
  const stream = new LineBuffer(output);
  process.once('exit', () => {
    stream.flush();
    output.flushSync();
  });
  const logger = pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // A mixin costs each line something: none without tracing.
      ...(isTracing() && { mixin: () => traceIds() }),
      redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    },
    stream,
  );
  return { role, pino: logger, stream };
}
