import { createHash } from 'node:crypto';

/**
 * The incarnation of Redis, from the INFO of its master, or of every master of a Cluster, whose incarnation changes with
 * that of any master.
 * @returns null when a server does not report it
 */
export function incarnationOf(infos: string[]): string | null {
  const incarnations = infos.map(incarnationOfServer);
  if (incarnations.length === 0 || incarnations.includes(null)) return null;
  if (incarnations.length === 1) return incarnations[0]!;
  return createHash('sha256')
    .update(incarnations.map(String).toSorted().join(' '))
    .digest('base64url')
    .slice(0, 24);
}

/**
 * The incarnation of a Redis server, from `INFO server` and `INFO replication`: `run_id` changes with every restart,
 * `master_replid` with every failover. After either, acknowledged writes may be missing.
 * @returns null when the server does not report it
 */
function incarnationOfServer(info: string): string | null {
  const runId = /^run_id:([0-9a-f]{16,})/m.exec(info)?.[1];
  const replicationId = /^master_replid:([0-9a-f]{16,})/m.exec(info)?.[1];
  return runId && replicationId ? `${runId.slice(0, 12)}${replicationId.slice(0, 12)}` : null;
}
