/** Lets Jest end while this program runs: it would wait for a worker with an open handle. */
export function release(child) {
  child.unref();
  child.channel?.unref();
  for (const stream of child.stdio ?? []) stream?.unref();
}
