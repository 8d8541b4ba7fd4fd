/**
 * Preloaded into the product under test, with --expose-gc: answers the message `heap` with the live memory after a
 * collection.
 */
process.on('message', (message) => {
  if (message !== 'heap') return;
  (globalThis as unknown as { gc: () => void }).gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send!({ aliveBytes: heapUsed + external });
});
// Does not keep a stopping process alive.
process.channel?.unref();
