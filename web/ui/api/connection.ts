import { traffic } from './traffic.js';

/** Pause before the next attempt after a lost connection. */
const PAUSE_MS = 1000;

/** Waits until the API answers again; the banner's health checks ask. Throws the signal's reason. */
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
