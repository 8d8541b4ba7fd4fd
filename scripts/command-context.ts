import type { LoggerService } from '@nestjs/common';
import type { Config } from '../src/platform/config/config.js';

/**
 * What a command has of its process. A program of this folder passes the environment and the streams of its process, and exits
 * with the code that the command returns. It loads the command after it has checked the arguments: a usage error needs
 * none of the product.
 */
export interface CommandContext {
  readConfig: () => Config;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** The context of a command that runs as a Nest application. */
export interface ToolContext extends CommandContext {
  logger: LoggerService | false;
}

/** Exit codes of sysexits.h. */
export const EX_USAGE = 64;
export const EX_UNAVAILABLE = 69;
export const EX_TEMPFAIL = 75;
export const EX_CONFIG = 78;
