import { traffic } from './traffic.js';

/** So long a server is left alone that has just not been reached. */
const PAUSE_MS = 1000;

/** Ends when an answer has come again; the banner's probe asks for one. Throws the signal's reason. */
export async function untilConnected(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const { isConnected } = traffic;
  if (isConnected.get()) return;
  await new Promise<void>((resolve, reject) => {
    const stop = isConnected.subscribe(() => {
      if (!isConnected.get()) return;
      stop();
      resolve();
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason as Error);
    });
  });
}
