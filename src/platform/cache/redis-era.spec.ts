import { eraOf } from './redis-era.js';

const info = (runId: string, replicationId: string) =>
  `# Server\r\nredis_version:7.0.15\r\nrun_id:${runId.repeat(40)}\r\ntcp_port:6379\r\n# Replication\r\nrole:master\r\nmaster_replid:${replicationId.repeat(40)}\r\n`;

it('a restart and a failover each change the incarnation', () => {
  expect(eraOf([info('a', 'b')])).toBe(eraOf([info('a', 'b')]));
  expect(eraOf([info('c', 'b')])).not.toBe(eraOf([info('a', 'b')]));
  expect(eraOf([info('a', 'd')])).not.toBe(eraOf([info('a', 'b')]));
});

it('a server without run_id or master_replid has no incarnation', () => {
  expect(eraOf(['# Server\r\nredis_version:7.0.15\r\n'])).toBeNull();
});

it('on a Cluster the incarnation change of any master changes the whole, in any order of masters', () => {
  const [one, two] = [info('a', 'b'), info('c', 'd')];
  expect(eraOf([two, one])).toBe(eraOf([one, two]));
  for (const other of [[one], [one, info('e', 'd')], [one, two, info('e', 'f')]])
    expect(eraOf(other)).not.toBe(eraOf([one, two]));
  expect(eraOf([one, '# Server'])).toBeNull();
});
