/**
 * Imported into a process that is measured (`--expose-gc --import`): it collects its garbage at SIGUSR2, so that its memory
 * is what it holds and not what it has not got round to freeing.
 */
const { gc } = globalThis as { gc?: () => void };
process.on('SIGUSR2', () => gc?.());
