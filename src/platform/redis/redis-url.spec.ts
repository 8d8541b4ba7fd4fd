import {
  describeRedis,
  parseRedisUrl,
  refusalOfRedisUrl,
  RedisUrlError,
  type RedisTarget,
} from './redis-url.js';

const host = (name: string, port: number) => ({ host: name, port });
const single = (more: Partial<RedisTarget> = {}): RedisTarget => ({
  kind: 'single',
  hosts: [host('redis', 6379)],
  db: 0,
  tls: null,
  ...more,
});
const cluster = (...ports: number[]) =>
  single({ kind: 'cluster', hosts: ports.map((port) => host('redis', port)) });
const sentinel = (more: Partial<RedisTarget> = {}): RedisTarget => ({
  kind: 'sentinel',
  hosts: [host('s1', 26379), host('s2', 5000)],
  db: 0,
  tls: null,
  sentinel: { master: 'mymaster' },
  ...more,
});

it.each<[string, RedisTarget]>([
  ['redis://redis', single()],
  ['REDIS://redis:6379/', single()],
  ['redis://redis:6379/7', single({ db: 7 })],
  ['redis://:p%40ss%2F@redis', single({ password: 'p@ss/' })],
  ['redis://user:secret@redis', single({ username: 'user', password: 'secret' })],
  ['redis://user:p@ss:word@redis', single({ username: 'user', password: 'p@ss:word' })],
  ['redis://user@redis', single({ username: 'user' })],
  ['redis://[::1]:7000/1', single({ hosts: [host('::1', 7000)], db: 1 })],
  ['redis://[::1]', single({ hosts: [host('::1', 6379)] })],
  ['redis://redis?cluster=false', single()],
  ['rediss://redis', single({ tls: { verify: true } })],
  [
    'rediss://redis?tls_ca=/etc/ca.pem&tls_cert=/etc/a.pem&tls_key=/etc/a%20b.key&tls_servername=queue.local',
    single({
      tls: {
        ca: '/etc/ca.pem',
        cert: '/etc/a.pem',
        key: '/etc/a b.key',
        servername: 'queue.local',
        verify: true,
      },
    }),
  ],
  ['rediss://redis?tls_verify=off', single({ tls: { verify: false } })],
  ['redis://redis:7000,redis:7001', cluster(7000, 7001)],
  ['redis://redis,redis:7001/0?cluster=true', cluster(6379, 7001)],
  ['redis://redis:7000?cluster=true', cluster(7000)],
  [
    'rediss://:secret@redis:7000?cluster=true',
    { ...cluster(7000), password: 'secret', tls: { verify: true } },
  ],
  ['sentinel://s1,s2:5000', sentinel()],
  [
    'sentinel://u:p@s1,s2:5000/3?master=queue',
    sentinel({ username: 'u', password: 'p', db: 3, sentinel: { master: 'queue' } }),
  ],
  [
    'sentinel://s1,s2:5000?sentinel_username=a&sentinel_password=b%26&tls=true&tls_ca=/ca.pem',
    sentinel({
      tls: { ca: '/ca.pem', verify: true },
      sentinel: { master: 'mymaster', username: 'a', password: 'b&' },
    }),
  ],
  ['sentinel://s1,s2:5000?tls=false', sentinel()],
])('%s is parsed', (url, target) => {
  expect(parseRedisUrl(url)).toEqual(target);
});

it.each([
  ['redis:6379', 'redis://host:6379'],
  ['localhost', 'redis://host:6379'],
  ['http://redis:6379', 'redis://host:6379'],
  ['redis-sentinel://s1', 'sentinel://'],
  ['rediss+sentinel://s1', 'sentinel://…?tls=true'],
  ['redis-cluster://a', 'redis://host:6379,host:6379'],
  ['valkeys://a', 'rediss://'],
  ['unix:///run/redis.sock', 'redis://host:6379'],
  ['redis://', 'host:port'],
  ['redis://:6379', 'host:port'],
  ['redis://a,,b', 'host:port'],
  ['redis://a:port', 'host:port'],
  ['redis://::1', 'IPv6'],
  ['redis://[::1', 'IPv6'],
  ['redis://:se/cret@redis', '%2F'],
  ['redis://:se#cret@redis', '%23'],
  ['redis://:se?cret@redis', '%3F'],
  ['redis://:100%@redis', '%25'],
  ['redis://redis:0', '65535'],
  ['redis://redis:70000', '65535'],
  ['redis://redis/queue', '/0'],
  ['redis://redis/-1', '/0'],
  ['redis://redis?db=1', 'known are cluster'],
  ['redis://redis?cluster=yes', 'cluster=true or cluster=false'],
  ['redis://redis?cluster', 'empty'],
  ['redis://redis?cluster=true&cluster=true', 'twice'],
  ['redis://redis?cluster=true?x', 'two ?'],
  ['redis://a,b?cluster=false', 'one host'],
  ['redis://a,b/1', 'database 0'],
  ['redis://a/1?cluster=true', 'database 0'],
  ['redis://redis?tls_ca=/ca.pem', 'rediss://'],
  ['redis://redis?master=m', 'known are cluster'],
  ['rediss://redis?tls_cert=/a.pem', 'tls_key'],
  ['rediss://redis?tls_verify=false', 'off'],
  ['sentinel://s1?tls_ca=/ca.pem', 'tls=true'],
  ['sentinel://s1?tls=on', 'tls=true or tls=false'],
  ['sentinel://s1?cluster=true', 'known are master'],
  ['sentinel://s1?master=', 'empty'],
])('%s is refused, and the error says: %s', (url, help) => {
  expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
  expect(() => parseRedisUrl(url)).toThrow(help);
});

it.each(['redis://:s3cret@', 'redis://:s3cr%et@a', 'redis://:a/s3cret@b', 's3cret', 'redis://u:x?s3cret@a'])(
  'no refusal repeats a piece of the URL: %s',
  (url) => {
    const messageOf = (text: string): string => {
      try {
        return JSON.stringify(parseRedisUrl(text));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf(url)).not.toMatch(/s3cr/);
  },
);

it('an unreadable certificate file is reported', () => {
  expect(refusalOfRedisUrl('rediss://redis?tls_ca=/nowhere/ca.pem')).toContain('tls_ca');
  expect(refusalOfRedisUrl(`rediss://redis?tls_ca=${import.meta.filename}`)).toBeNull();
});

it('the description of Redis contains no credentials', () => {
  expect(describeRedis(parseRedisUrl('rediss://:secret@a,b'))).toBe('Redis Cluster with TLS');
});
