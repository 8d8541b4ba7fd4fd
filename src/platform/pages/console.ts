import { fileURLToPath } from 'node:url';
import { readBuild, type PageBuild } from './page-build.js';

/** The build of the workspace web/console. */
const BUILD = fileURLToPath(new URL('../../../../web/console/dist', import.meta.url));

/** Reads the console. @returns null where it is not built */
export const readConsole = (): Promise<PageBuild | null> => readBuild(BUILD);
