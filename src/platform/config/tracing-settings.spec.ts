import { loadConfig } from './config.js';

const tracingOf = (environment: Record<string, string>) =>
  loadConfig({ NODE_ENV: 'test', ...environment }, { embeddedSecret: () => 's'.repeat(32) }).tracing;

it('without an endpoint there is no tracing, whatever else is set', () => {
  expect(tracingOf({ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBeNull();
});

it.each([
  ['http://collector:4318', 'http://collector:4318/v1/traces'],
  ['http://collector:4318/', 'http://collector:4318/v1/traces'],
  ['https://otlp.example.com/otlp', 'https://otlp.example.com/otlp/v1/traces'],
])('%s takes traces at %s', (endpoint, url) => {
  expect(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toEqual({
    url,
    headers: {},
    serviceName: 'chat-backend',
    exportEveryMs: 2000,
    ratio: 1,
  });
});

it('headers are pairs, percent-encoded', () => {
  const headers = 'x-key=a%20b, Authorization=Bearer%20abc=';
  expect(
    tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1', OTEL_EXPORTER_OTLP_HEADERS: headers }),
  ).toMatchObject({ headers: { 'x-key': 'a b', Authorization: 'Bearer abc=' } });
});

it.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'a secret without a name' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'bad name=value' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'a=b%0d%0ac: d' },
  { OTEL_TRACES_SAMPLER_ARG: '1.5' },
  { OTEL_TRACES_SAMPLER_ARG: '-1' },
  { OTEL_TRACES_SAMPLER_ARG: 'all' },
] as Record<string, string>[])('%j is refused at start, and its value is not repeated', (environment) => {
  const [[name, value]] = Object.entries(environment) as [[string, string]];
  const load = () => tracingOf(environment);
  expect(load).toThrow(name);
  expect(load).not.toThrow(value);
});
