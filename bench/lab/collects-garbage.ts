/**
 * Imported into a measured process (`--expose-gc --import`): collects garbage at SIGUSR2, so that the measured memory
 * contains only live objects.
 */
const { gc } = globalThis as { gc?: () => void };
process.on('SIGUSR2', () => gc?.());
