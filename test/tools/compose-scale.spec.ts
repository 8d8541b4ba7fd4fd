import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { loadConfig } from '../../src/platform/config/config.js';
import { variables } from '../../src/platform/config/environment.js';
import { interpolate, readYaml } from './deployment-files.js';
import { ROOT } from './source-files.js';

interface Service {
  image?: string;
  environment?: Record<string, string>;
  ports?: string[];
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[] };
}

const FILE = 'deploy/compose/scale.yml';
const textOf = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');
// `!reset` is a tag of Compose's own: an empty value in place of the first file's.
const { services } = load(textOf(FILE).replaceAll('!reset ', ''), {
  schema: CORE_SCHEMA.withTags(mergeTag),
}) as { services: Record<string, Service> };
const { services: base } = readYaml<{ services: Record<string, Service> }>('docker-compose.yml');
const nginx = textOf('deploy/compose/nginx.conf');
const valueOf = (directive: string) => new RegExp(`^\\s*${directive} ([^;]+);`, 'm').exec(nginx)?.[1];

it('changes services of docker-compose.yml and adds the proxy alone', () => {
  expect(Object.keys(services).filter((name) => !(name in base))).toEqual(['proxy']);
  expect(services['proxy']!.image).toMatch(/^nginx:\d+\.\d+-alpine(@sha256:[0-9a-f]{64})?$/);
});

it('the proxy has the one published port, and waits for an API that answers', () => {
  expect(textOf(FILE)).toContain('ports: !reset []');
  expect(services['proxy']!.ports!.map((port) => interpolate(port, {}))).toEqual(['127.0.0.1:3000:8080']);
  expect(valueOf('listen')).toBe('8080');
  expect(services['proxy']!.depends_on).toEqual({ api: { condition: 'service_healthy' } });
  expect(services['proxy']!.volumes).toEqual(['./deploy/compose/nginx.conf:/etc/nginx/nginx.conf:ro']);
});

it('every variable exists, and the proxy is trusted', () => {
  const known = new Set(variables().map(([name]) => name));
  const environment = { ...services['api']!.environment, ...services['worker']!.environment };
  expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
  const config = loadConfig({ ...environment }, { embeddedSecret: () => 'unused' });
  expect(config.http.trustProxy).toEqual(['uniquelocal']);
});

it('each container of ours is unprivileged and writes to /tmp alone', () => {
  for (const name of ['api', 'worker', 'migrate'])
    expect([name, services[name]]).toEqual([
      name,
      expect.objectContaining({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      }),
    ]);
});

it('the proxy finds each new API, and passes event streams as they are written', () => {
  expect(valueOf('server')).toMatch(/^api:3000 resolve/);
  expect(valueOf('resolver')).toMatch(/^127\.0\.0\.11 /);
  expect([valueOf('proxy_buffering'), valueOf('gzip'), valueOf('proxy_http_version')]).toEqual([
    'off',
    'off',
    '1.1',
  ]);
  // Longer than `Prefer: wait=60`, and than four pings of a stream.
  expect(Number(valueOf('proxy_read_timeout')!.replace('s', ''))).toBeGreaterThan(60);
  expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
});
