import { useEffect, useState } from 'react';
import { serverNow } from '../api/server-clock.js';

/** The server's time, read again each second while `isRunning`. */
export function useNow(isRunning = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!isRunning) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
