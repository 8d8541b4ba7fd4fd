import { useEffect } from 'react';
import { chat } from '../../ui/api/chat.js';
import { traffic } from '../../ui/api/traffic.js';
import { useStore } from '../../ui/lib/store.js';
import { texts } from './texts.js';
import css from './app.module.css';

/** Interval of the health checks while there is no connection. */
const PROBE_MS = 3000;

/** Shows a banner while there is no connection, and checks the health of the API until it answers. */
export function ConnectionBanner() {
  const isConnected = useStore(traffic.isConnected);
  useEffect(() => {
    const lost = () => traffic.isConnected.set(false);
    addEventListener('offline', lost);
    return () => removeEventListener('offline', lost);
  }, []);
  useEffect(() => {
    if (isConnected) return;
    const probe = () => void chat.get('/health/live').catch(() => undefined);
    const timer = setInterval(probe, PROBE_MS);
    addEventListener('online', probe);
    return () => {
      clearInterval(timer);
      removeEventListener('online', probe);
    };
  }, [isConnected]);
  return (
    <div role="status" className={css['banner']} hidden={isConnected}>
      {isConnected ? '' : texts.connection.offline}
    </div>
  );
}
