import { incarnationOf } from './redis-incarnation.js';

const info = (runId: string, replicationId: string) =>
  `# Server\r\nredis_version:7.0.15\r\nrun_id:${runId.repeat(40)}\r\ntcp_port:6379\r\n# Replication\r\nrole:master\r\nmaster_replid:${replicationId.repeat(40)}\r\n`;

it('a restart and a failover each change the incarnation', () => {
  expect(incarnationOf([info('a', 'b')])).toBe(incarnationOf([info('a', 'b')]));
  expect(incarnationOf([info('c', 'b')])).not.toBe(incarnationOf([info('a', 'b')]));
  expect(incarnationOf([info('a', 'd')])).not.toBe(incarnationOf([info('a', 'b')]));
});

it('a server without run_id or master_replid has no incarnation', () => {
  expect(incarnationOf(['# Server\r\nredis_version:7.0.15\r\n'])).toBeNull();
});

it('on a Cluster the incarnation change of any master changes the whole, in any order of masters', () => {
  const [one, two] = [info('a', 'b'), info('c', 'd')];
  expect(incarnationOf([two, one])).toBe(incarnationOf([one, two]));
  for (const other of [[one], [one, info('e', 'd')], [one, two, info('e', 'f')]])
    expect(incarnationOf(other)).not.toBe(incarnationOf([one, two]));
  expect(incarnationOf([one, '# Server'])).toBeNull();
});
