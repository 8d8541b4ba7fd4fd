/**
 * The life of a Redis server, read from its `INFO server` and `INFO replication`: `run_id` is new after every restart,
 * `master_replid` after every failover. Either means that acknowledged writes may be missing.
 * @returns null when the server does not tell
 */
export function eraOf(info: string): string | null {
  const runId = /^run_id:([0-9a-f]{16,})/m.exec(info)?.[1];
  const replicationId = /^master_replid:([0-9a-f]{16,})/m.exec(info)?.[1];
  return runId && replicationId ? `${runId.slice(0, 12)}${replicationId.slice(0, 12)}` : null;
}
