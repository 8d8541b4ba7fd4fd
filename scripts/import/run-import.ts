import { startFailure } from '../../src/app/start-failure.js';
import type { Config } from '../../src/platform/config/config.js';
import { Keys } from '../../src/platform/crypto/keys.js';
import { EX_TEMPFAIL, EX_UNAVAILABLE, type CommandContext } from '../command-context.js';
import type { ImportOrder } from './arguments.js';
import { importFailure, resumeAdvice } from './failure.js';
import { BadFile } from './faults.js';
import { fileSizes } from './file-sizes.js';
import { importFiles } from './import-files.js';
import type { ImportTools } from './import-tools.js';
import { openDatabase, type Target } from './open-database.js';
import { Progress } from './progress.js';
import { Rejections } from './rejections.js';
import { openSession } from './session.js';
import { summary } from './summary.js';

const SOME_REJECTED = 1;

/** The context of an import. */
export interface ImportContext extends CommandContext {
  /** Registers what to do before the process ends by a signal. */
  onSignal: (stop: () => Promise<void>) => void;
}

/** Imports the files, and returns the exit code of the command. */
export async function runImport(order: ImportOrder, context: ImportContext): Promise<number> {
  const { readConfig, onSignal, err } = context;
  const warn = (line: string) => void err.write(`${line}\n`);
  const config = readConfig();
  try {
    const sizes = await fileSizes(order.files);
    const rejections = await Rejections.open(order.files, warn);
    try {
      const target = await openDatabase(config, warn).catch((error: unknown) => warn(startFailure(error)));
      if (!target) return EX_UNAVAILABLE;
      onSignal(() => target.stop().finally(() => warn(resumeAdvice(order))));
      try {
        await importInto(target, order, { config, sizes, rejections }, context);
      } finally {
        await target.stop();
      }
    } finally {
      await rejections.close();
    }
    return rejections.total > 0 ? SOME_REJECTED : 0;
  } catch (error) {
    warn(importFailure(error, { dryRun: order.dryRun, isEmbedded: config.database.url === null }));
    return error instanceof BadFile ? error.exitCode : EX_TEMPFAIL;
  }
}

async function importInto(
  { url, hasCaches }: Target,
  order: ImportOrder,
  tools: Pick<ImportTools, 'sizes' | 'rejections'> & { config: Config },
  { out, err }: CommandContext,
): Promise<void> {
  const begun = performance.now();
  const progress = new Progress(err);
  const client = await openSession(url, new Keys(tools.config));
  try {
    const outcome = await importFiles(order, { ...tools, client, tellCaches: hasCaches, progress });
    const seconds = (performance.now() - begun) / 1000;
    for (const line of summary(outcome, tools.rejections, seconds)) out.write(`${line}\n`);
  } finally {
    progress.stop();
    await client.end();
  }
}
