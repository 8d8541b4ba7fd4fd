import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { LineBuffer } from './line-buffer.js';

/** Field names whose values never reach a log line (promise 10). */
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

/** The process's log: one stream of JSON lines on standard output; a command's on standard error, beside what it says. */
export interface ProcessLog {
  role: Role;
  pino: Pino;
  /** Takes finished lines: for the one place where pino's price counts ({@link RequestLog}). */
  stream: DestinationStream;
}

/**
 * Opens the log. Lines are written asynchronously, many in one system call; what is still in memory is written when the
 * process exits, however it does (but for SIGKILL).
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
      redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    },
    stream,
  );
  return { role, pino: logger, stream };
}
