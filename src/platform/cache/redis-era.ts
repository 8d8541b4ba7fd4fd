import { createHash } from 'node:crypto';

/**
 * The life of Redis, from the INFO of its master, or of every master of a Cluster: a new one of any of them is a new life
 * of all.
 * @returns null when one does not tell
 */
export function eraOf(infos: string[]): string | null {
  const eras = infos.map(eraOfServer);
  if (eras.length === 0 || eras.includes(null)) return null;
  if (eras.length === 1) return eras[0]!;
  return createHash('sha256').update(eras.map(String).toSorted().join(' ')).digest('base64url').slice(0, 24);
}

/**
 * The life of a Redis server, read from its `INFO server` and `INFO replication`: `run_id` is new after every restart,
 * `master_replid` after every failover. Either means that acknowledged writes may be missing.
 * @returns null when the server does not tell
 */
function eraOfServer(info: string): string | null {
  const runId = /^run_id:([0-9a-f]{16,})/m.exec(info)?.[1];
  const replicationId = /^master_replid:([0-9a-f]{16,})/m.exec(info)?.[1];
  return runId && replicationId ? `${runId.slice(0, 12)}${replicationId.slice(0, 12)}` : null;
}
