import { loadConfig } from '../../src/platform/config/config.js';
import { variables } from '../../src/platform/config/environment.js';
import { REAL_WORLDS } from '../support/real-providers.js';
import { interpolate, isOurs, readToml, readYaml } from './deployment-files.js';

const KNOWN = new Set(variables().map(([name]) => name));
const SECRETS = { JWT_SECRET: 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT', POSTGRES_PASSWORD: 'k3VtYw9mXcR5' };

const STORES = { DATABASE_URL: 'postgresql://chat@db/chat', REDIS_URL: 'redis://queue:6379' };

const load = (environment: Record<string, string>) =>
  loadConfig(environment, { embeddedSecret: () => 'unused' });

describe('docker-compose.yml', () => {
  interface Service {
    command?: string[];
    build?: string;
    environment: Record<string, string>;
    ports?: string[];
    volumes?: string[];
    restart?: string;
    init?: boolean;
    healthcheck?: { test?: string[]; disable?: boolean };
    depends_on?: Record<string, { condition: string }>;
  }
  const { services, volumes } = readYaml<{ services: Record<string, Service>; volumes: object }>(
    'docker-compose.yml',
  );
  const ours = Object.entries(services).filter(([, { build }]) => build);

  const environmentOf = (name: string, given: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(services[name]!.environment).map(([key, value]) => [key, interpolate(value, given)]),
    );

  it('is one image as API, worker and migration, beside PostgreSQL 18 and Redis 7', () => {
    expect(Object.keys(services)).toEqual(['api', 'worker', 'migrate', 'postgres', 'redis']);
    expect(ours.map(([name]) => name)).toEqual(['api', 'worker', 'migrate']);
    expect(services['migrate']!.restart).toBe('no');
    for (const [, { command, init }] of ours) {
      expect(init).toBe(true);
      expect(command === undefined || isOurs(command.join(' '))).toBe(true);
    }
  });

  it('needs two secrets, and says so by name', () => {
    for (const name of ['JWT_SECRET', 'POSTGRES_PASSWORD'])
      expect(() => environmentOf('api', { ...SECRETS, [name]: '' })).toThrow(`${name}: set it to`);
  });

  it('starts with nothing but those, sandboxes on, published on loopback alone', () => {
    const config = load(environmentOf('api', SECRETS));
    expect(config.sandbox).toEqual({ providers: ['sms', 'llm', 'billing'], public: true });
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 3000, appUrl: 'http://localhost:3000' });
    expect(config.worker.inline).toBe(false);
    for (const { ports = [] } of Object.values(services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('turns to real worlds by variables; a sandbox is refused then', () => {
    const real = { ...SECRETS, ...REAL_WORLDS, NODE_ENV: 'production' };
    const on = { ...REAL_WORLDS, ...environmentOf('api', { ...real, SANDBOX_PUBLIC: '' }) };
    expect(load(on)).toMatchObject({ production: true, sandbox: { providers: [], public: false } });
    expect(() => load({ ...REAL_WORLDS, ...environmentOf('api', real) })).toThrow('SANDBOX_PUBLIC');
  });

  it('knows every variable that it sets', () => {
    for (const [, { environment }] of ours)
      expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
  });

  it('starts nothing before what it needs is healthy or done', () => {
    const waits = Object.entries(services).flatMap(([name, { depends_on: needs = {} }]) =>
      Object.entries(needs).map(([on, { condition }]) => ({ name, on, condition })),
    );
    expect(waits.map(({ name, on }) => `${name} → ${on}`)).toEqual(
      expect.arrayContaining([
        'api → migrate',
        'api → redis',
        'worker → migrate',
        'worker → redis',
        'migrate → postgres',
      ]),
    );
    for (const { on, condition } of waits) {
      if (condition === 'service_healthy') expect(services[on]!.healthcheck?.test).toBeDefined();
      else expect([condition, services[on]!.restart]).toEqual(['service_completed_successfully', 'no']);
    }
  });

  it('keeps jobs through a crash of Redis, and data through the end of a container', () => {
    const { command = [] } = services['redis']!;
    expect(command.join(' ')).toBe('redis-server --appendonly yes --maxmemory-policy noeviction');
    const kept = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect(kept.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });
});

describe('render.yaml', () => {
  interface Variable {
    key?: string;
    value?: string;
    sync?: boolean;
    generateValue?: boolean;
    fromGroup?: string;
    fromDatabase?: { name: string };
    fromService?: { name: string; envVarKey?: string };
  }
  interface Service {
    type: string;
    name: string;
    envVars?: Variable[];
    preDeployCommand?: string;
    dockerCommand?: string;
    maxmemoryPolicy?: string;
    persistenceMode?: string;
  }
  const blueprint = readYaml<{
    services: Service[];
    databases: { name: string }[];
    envVarGroups: { name: string; envVars: Variable[] }[];
  }>('render.yaml');
  const service = (name: string) => blueprint.services.find((one) => one.name === name);
  const [web, worker, queue] = blueprint.services;

  it('is an API that migrates before each release, a worker, and a store that forgets no job', () => {
    expect(blueprint.services.map(({ type }) => type)).toEqual(['web', 'worker', 'keyvalue']);
    expect(isOurs(web!.preDeployCommand!)).toBe(true);
    expect(isOurs(worker!.dockerCommand!)).toBe(true);
    expect(queue).toMatchObject({ maxmemoryPolicy: 'noeviction', persistenceMode: 'journal-snapshot' });
  });

  it('refers to what is there, and sets variables that exist', () => {
    const all = [...blueprint.services, ...blueprint.envVarGroups].flatMap(({ envVars = [] }) => envVars);
    expect(all.map(({ key }) => key).filter((key) => key !== undefined && !KNOWN.has(key))).toEqual([]);
    for (const { fromGroup, fromDatabase, fromService } of all) {
      if (fromGroup) expect(blueprint.envVarGroups.map(({ name }) => name)).toContain(fromGroup);
      if (fromDatabase) expect(blueprint.databases.map(({ name }) => name)).toContain(fromDatabase.name);
      if (fromService) expect(service(fromService.name)).toBeDefined();
      if (fromService?.envVarKey)
        expect(service(fromService.name)!.envVars!.map(({ key }) => key)).toContain(fromService.envVarKey);
    }
  });

  it.each(['chat-api', 'chat-worker'])('%s starts in production with what is asked for', (name) => {
    const values = service(name)!.envVars!.flatMap(({ key, fromGroup }) => {
      if (fromGroup)
        return blueprint.envVarGroups[0]!.envVars.map((one) => [one.key, one.value ?? SECRETS.JWT_SECRET]);
      return [[key, { ...REAL_WORLDS, ...STORES }[key as 'APP_URL'] ?? '']];
    });
    expect(load(Object.fromEntries(values) as Record<string, string>)).toMatchObject({
      production: true,
      http: { host: '0.0.0.0' },
      worker: { inline: false },
    });
  });
});

describe('fly.toml', () => {
  const fly = readToml<{
    deploy: { release_command: string };
    processes: Record<string, string>;
    env: Record<string, string>;
    http_service: { internal_port: number; processes: string[]; checks: { path: string }[] };
    vm: { processes: string[] }[];
  }>('fly.toml');

  it('is an API and a worker, migrated before each release', () => {
    expect(Object.keys(fly.processes)).toEqual(['api', 'worker']);
    for (const command of [fly.deploy.release_command, ...Object.values(fly.processes)])
      expect([command, isOurs(command)]).toEqual([command, true]);
    expect(fly.http_service).toMatchObject({ processes: ['api'], checks: [{ path: '/health/ready' }] });
  });

  it('starts in production with the secrets that its head asks for', () => {
    expect(Object.keys(fly.env).filter((name) => !KNOWN.has(name))).toEqual([]);
    const config = load({ ...fly.env, ...SECRETS, ...STORES, ...REAL_WORLDS });
    expect(config).toMatchObject({ production: true, worker: { inline: false }, http: { host: '0.0.0.0' } });
    expect(config.http.port).toBe(fly.http_service.internal_port);
  });
});
