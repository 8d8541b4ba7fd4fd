import type pg from 'pg';
import type { Config } from '../../src/platform/config/config.js';
import type { FileKind } from './arguments.js';
import type { Progress } from './progress.js';
import type { Rejections } from './rejections.js';

/** What an import has to work with. */
export interface ImportTools {
  client: pg.Client;
  config: Config;
  /** Of the files, in bytes. */
  sizes: Record<FileKind, number>;
  tellCaches: boolean;
  rejections: Rejections;
  progress: Progress;
}
