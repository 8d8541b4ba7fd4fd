/**
 * Imported into a measured process (`--expose-gc --import`): collects garbage at SIGUSR2, so that the measured memory
 * contains only live objects, and reports the size of the heap.
 */
const { gc } = globalThis as { gc?: () => void };
process.on('SIGUSR2', () => {
  gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed });
});
