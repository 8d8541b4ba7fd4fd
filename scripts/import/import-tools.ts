import type pg from 'pg';
import type { Config } from '../../src/platform/config/config.js';
import type { FileKind } from './arguments.js';
import type { Progress } from './progress.js';
import type { Rejections } from './rejections.js';

/** Services and settings of an import. */
export interface ImportTools {
  client: pg.Client;
  config: Config;
  /** Sizes of the files, in bytes. */
  sizes: Record<FileKind, number>;
  tellCaches: boolean;
  rejections: Rejections;
  progress: Progress;
}
