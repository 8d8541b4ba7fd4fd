import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { loadConfig } from '../../src/platform/config/config.js';
import { variables } from '../../src/platform/config/environment.js';
import { REAL_WORLDS } from '../support/real-providers.js';
import { isOurs, readYaml } from './deployment-files.js';
import { ROOT } from './source-files.js';

const FOLDER = 'deploy/kubernetes';
const KNOWN = new Set(variables().map(([name]) => name));

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  name: string;
  image: string;
  command: string[];
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string; valueFrom?: object }[];
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  resources: { requests?: object; limits?: { memory?: string; cpu?: string } };
  securityContext: object;
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}
interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    securityContext: { runAsNonRoot: boolean; runAsUser: number };
    automountServiceAccountToken: boolean;
    serviceAccountName: string;
    terminationGracePeriodSeconds?: number;
    volumes: { name: string; emptyDir?: object }[];
  };
}
interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: Record<string, unknown> & { template?: PodTemplate; replicas?: number };
}

const textOf = (path: string) => readFileSync(resolve(ROOT, FOLDER, path), 'utf8');
const { resources: files, images } = readYaml<{
  resources: string[];
  images: { name: string; newTag: string }[];
}>(`${FOLDER}/kustomization.yaml`);
const all = files.flatMap((file) => loadAll(textOf(file), null, { schema: CORE_SCHEMA }) as Resource[]);
const of = (kind: string) => all.filter((one) => one.kind === kind);
const named = (kind: string, name: string) => of(kind).find(({ metadata }) => metadata.name === name);
const workloads = all.filter(({ spec }) => spec?.template);
const containers = workloads.flatMap((workload) => workload.spec.template!.spec.containers);
const configuration = named('ConfigMap', 'chat-configuration')!.data!;
const secretNames = textOf('secrets.env.example')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

it('every file of the folder is applied, but the values of the Prometheus adapter', () => {
  const others = ['kustomization.yaml', 'prometheus-adapter.yaml', 'secrets.env.example'];
  expect(readdirSync(resolve(ROOT, FOLDER)).toSorted()).toEqual([...files, ...others].toSorted());
});

it('an API, a worker and a migration run the programs of the image', () => {
  expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Job chat-migrate',
    'Deployment chat-api',
    'Deployment chat-worker',
  ]);
  const dockerfile = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8');
  const [api] = named('Deployment', 'chat-api')!.spec.template!.spec.containers;
  expect(dockerfile).toContain(`CMD ${JSON.stringify(api!.command).replaceAll(',', ', ')}`);
  for (const { command, image } of containers) {
    expect([command, isOurs(command.join(' '))]).toEqual([command, true]);
    expect(images.map(({ name }) => name)).toContain(image);
  }
  for (const { newTag } of images) expect(newTag).toMatch(/^v\d/);
});

it('every variable exists, and the product starts in production with all of them', () => {
  const secrets = secretNames.map((line) => line.split('=')[0]!);
  const names = [
    ...Object.keys(configuration),
    ...secrets,
    ...containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
  ];
  expect(names.filter((name) => !KNOWN.has(name))).toEqual([]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  const values: Record<string, string> = {
    ...REAL_WORLDS,
    DATABASE_URL: 'postgresql://chat@db/chat',
    REDIS_URL: 'redis://queue:6379',
    JWT_SECRET: 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT',
    METRICS_TOKEN: 'k3VtYw9mXcR5sLh2NfPd',
    TWILIO_ACCOUNT_SID: 'AC0123456789abcdef',
    TWILIO_AUTH_TOKEN: 'k3VtYw9mXcR5sLh2',
    TWILIO_MESSAGING_SERVICE_SID: 'MG0123456789abcdef',
    STRIPE_SECRET_KEY: ['rk', 'live', 'Zk3VtYw9mXcR5sLh2NfP'].join('_'),
    STRIPE_WEBHOOK_SECRET: ['whsec', 'mXcR5sLh2NfPdGa8EZk3'].join('_'),
    STRIPE_PRICE_PRO_ID: 'price_1QyZ',
  };
  const given = Object.fromEntries(secrets.map((name) => [name, values[name]!]));
  const config = loadConfig({ ...given, ...configuration }, { embeddedSecret: () => 'unused' });
  expect(config).toMatchObject({ production: true, worker: { inline: false }, sandbox: { providers: [] } });
});

it('no secret is in the folder: secrets come by reference', () => {
  expect(of('Secret')).toEqual([]);
  expect(secretNames.filter((line) => !line.endsWith('='))).toEqual([]);
  const secret = /SECRET|TOKEN|KEY|PASSWORD|DATABASE_URL|REDIS_URL/;
  expect(Object.keys(configuration).filter((name) => secret.test(name))).toEqual([]);
  for (const { envFrom, env = [] } of containers) {
    expect(env.filter(({ value }) => value !== undefined)).toEqual([]);
    expect(envFrom).toEqual([
      { configMapRef: { name: 'chat-configuration' } },
      { secretRef: { name: 'chat-secrets' } },
    ]);
  }
});

it('every probe asks a path and a port that the process serves', () => {
  const { paths } = JSON.parse(readFileSync(resolve(ROOT, 'openapi.json'), 'utf8')) as { paths: object };
  const ports: Record<string, string> = {
    http: configuration['PORT']!,
    probe: configuration['WORKER_PROBE_PORT']!,
  };
  for (const { metadata, spec } of of('Deployment'))
    for (const container of spec.template!.spec.containers) {
      const open = new Map(container.ports!.map(({ name, containerPort }) => [name, String(containerPort)]));
      for (const [name, port] of open)
        expect([metadata.name, name, ports[name]]).toEqual([metadata.name, name, port]);
      const { startupProbe, livenessProbe, readinessProbe } = container;
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        expect(Object.keys(paths)).toContain(probe!.httpGet.path);
        expect([...open.keys()]).toContain(probe!.httpGet.port);
      }
      expect([livenessProbe!.httpGet.path, readinessProbe!.httpGet.path]).toEqual([
        '/health/live',
        '/health/ready',
      ]);
    }
});

it('every pod is unprivileged, bounded, and writes to /tmp alone', () => {
  for (const { metadata, spec } of workloads) {
    const { spec: pod } = spec.template!;
    expect([metadata.name, pod.securityContext.runAsNonRoot, pod.securityContext.runAsUser]).toEqual([
      metadata.name,
      true,
      1000,
    ]);
    expect([pod.automountServiceAccountToken, named('ServiceAccount', pod.serviceAccountName)]).toEqual([
      false,
      expect.anything(),
    ]);
    for (const { securityContext, resources, volumeMounts } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
    }
    expect(pod.volumes.every(({ emptyDir }) => emptyDir)).toBe(true);
  }
});

it('a process has time to drain before it is killed', () => {
  const drainMs = Number(
    /DRAIN_MS = ([\d_]+)/
      .exec(readFileSync(resolve(ROOT, 'src/app/stop-on-signals.ts'), 'utf8'))![1]!
      .replaceAll('_', ''),
  );
  for (const { spec } of of('Deployment'))
    expect(spec.template!.spec.terminationGracePeriodSeconds! * 1000).toBeGreaterThan(drainMs);
});

it('the autoscalers, budgets, the service and the ingress name what exists', () => {
  for (const name of ['chat-api', 'chat-worker']) {
    const scaler = named('HorizontalPodAutoscaler', name)!.spec as {
      scaleTargetRef: object;
      minReplicas: number;
    };
    expect(scaler.scaleTargetRef).toMatchObject({ kind: 'Deployment', name });
    expect(scaler.minReplicas).toBeGreaterThan(1);
    // A number of replicas in the Deployment would undo the autoscaler's at each release.
    expect(named('Deployment', name)!.spec.replicas).toBeUndefined();
    const labels = named('Deployment', name)!.spec.template!.metadata.labels;
    for (const selector of [
      (named('Deployment', name)!.spec as { selector?: { matchLabels: object } }).selector,
      (named('PodDisruptionBudget', name)!.spec as { selector?: { matchLabels: object } }).selector,
    ])
      expect(labels).toMatchObject(selector!.matchLabels);
  }
  const service = named('Service', 'chat-api')!.spec as {
    selector: object;
    ports: { name: string; targetPort: string }[];
  };
  expect(named('Deployment', 'chat-api')!.spec.template!.metadata.labels).toMatchObject(service.selector);
  expect(service.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  expect(JSON.stringify(of('Ingress'))).toContain('"service":{"name":"chat-api","port":{"name":"http"}}');
  expect(`https://${(of('Ingress')[0]!.spec as { rules: { host: string }[] }).rules[0]!.host}`).toBe(
    configuration['APP_URL'],
  );
});

it('the workers are scaled by a metric that the product has, and that the adapter makes', () => {
  const scaler = named('HorizontalPodAutoscaler', 'chat-worker')!.spec as {
    metrics: { external: { metric: { name: string }; target: { averageValue: string } } }[];
  };
  const { metric, target } = scaler.metrics[0]!.external;
  const { rules } = readYaml<{
    rules: { external: { name: { matches: string; as: string }; metricsQuery: string }[] };
  }>(`${FOLDER}/prometheus-adapter.yaml`);
  const [rule] = rules.external;
  expect(rule!.name.as).toBe(metric.name);
  expect(rule!.metricsQuery).toContain(rule!.name.matches);
  expect(Number(target.averageValue)).toBeLessThan(Number(configuration['WORKER_CONCURRENCY']));
});

it('the network lets the proxy and Prometheus in, and every pod out to its stores', () => {
  const policies = of('NetworkPolicy') as unknown as {
    metadata: { name: string };
    spec: {
      podSelector: { matchLabels?: Record<string, string> };
      ingress?: { ports: { port: number }[] }[];
    };
  }[];
  const policy = (name: string) => policies.find(({ metadata }) => metadata.name === name)!;
  expect(policy('chat-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const portOf = (name: string) => policy(name).spec.ingress![0]!.ports[0]!.port;
  expect([portOf('chat-api'), portOf('chat-worker')].map(String)).toEqual([
    configuration['PORT'],
    configuration['WORKER_PROBE_PORT'],
  ]);
  for (const { spec } of workloads)
    expect(spec.template!.metadata.labels).toMatchObject(
      policy('chat-outgoing').spec.podSelector.matchLabels!,
    );
});

it('the programs that the manifests run are part of the bundle', () => {
  for (const { command } of containers) {
    const source = command.at(-1)!.replace('dist/bundle/', '').replace(/\.js$/, '.ts');
    expect([source, existsSync(resolve(ROOT, source))]).toEqual([source, true]);
  }
});
