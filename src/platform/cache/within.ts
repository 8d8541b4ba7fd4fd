/** Something took longer than it may. */
export class TooLate extends Error {}

/** @throws TooLate when `operation` takes longer than `ms` milliseconds */
export function within<T>(operation: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TooLate(`no answer within ${ms} ms`));
    // One more look at the sockets first: if it was this process that was busy, the answer is there by now.
    const timer = setTimeout(() => setImmediate(late), ms);
    operation.then(
      (value) => {
        clearTimeout(timer);
        return resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        return reject(error);
      },
    );
  });
}
