import { Injectable, Optional } from '@nestjs/common';
import { gauge } from '../metrics/instruments.js';
import { MetricSources } from '../metrics/metric-sources.js';
import { Database } from './database.js';
import type { RequestPool } from './request-pool.js';

const CONNECTIONS = gauge('chat_database_pool_connections', 'Connections of this process’s pool.', {
  state: ['idle', 'in_use'],
});
const WAITING = gauge('chat_database_pool_waiting', 'Requests that wait for a connection now.');

/** The use of the pool, read at a scrape. */
@Injectable()
export class DatabaseMetrics {
  constructor(database: Database, @Optional() sources?: MetricSources) {
    sources?.register({
      name: 'pool',
      gauges: [CONNECTIONS, WAITING],
      read: () => {
        const pool = database.pool as RequestPool;
        CONNECTIONS.set({ state: 'idle' }, pool.idleCount);
        CONNECTIONS.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
        WAITING.set({}, pool.waitingRequests);
      },
    });
  }
}
