/** Preloaded into the product under fuzz, with --expose-gc: answers the message `heap` with what is alive after a collection. */
process.on('message', (message) => {
  if (message !== 'heap') return;
  (globalThis as unknown as { gc: () => void }).gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send!({ aliveBytes: heapUsed + external });
});
// It keeps no process alive that has stopped.
process.channel?.unref();
