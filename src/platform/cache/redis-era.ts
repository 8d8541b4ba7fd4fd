import { createHash } from 'node:crypto';

/**
 * The incarnation of Redis, from the INFO of its master, or of every master of a Cluster: an incarnation change of one
 * master is a change of the whole.
 * @returns null when a server does not report it
 */
export function eraOf(infos: string[]): string | null {
  const eras = infos.map(eraOfServer);
  if (eras.length === 0 || eras.includes(null)) return null;
  if (eras.length === 1) return eras[0]!;
  return createHash('sha256').update(eras.map(String).toSorted().join(' ')).digest('base64url').slice(0, 24);
}

/**
 * The incarnation of a Redis server, from `INFO server` and `INFO replication`: `run_id` changes with every restart,
 * `master_replid` with every failover. After either, acknowledged writes may be missing.
 * @returns null when the server does not report it
 */
function eraOfServer(info: string): string | null {
  const runId = /^run_id:([0-9a-f]{16,})/m.exec(info)?.[1];
  const replicationId = /^master_replid:([0-9a-f]{16,})/m.exec(info)?.[1];
  return runId && replicationId ? `${runId.slice(0, 12)}${replicationId.slice(0, 12)}` : null;
}
