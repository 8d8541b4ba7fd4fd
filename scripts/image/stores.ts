import type { Image } from './build-image.js';
import type { Programs } from './programs.js';

/** What the checks of an image run with. */
export interface Stores {
  image: Image;
  programs: Programs;
  databaseUrl: string;
  redisUrl: string;
}
