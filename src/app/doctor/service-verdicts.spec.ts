import { ModelError, Rejected } from '../../llm/language-model.js';
import { idsIn } from './model-checks.js';
import { similarTo, verdictOfFailure, verdictOfListing, type ModelProvider } from './model-verdicts.js';
import {
  verdictOfConnections,
  verdictOfConnectError,
  verdictOfDurability,
  verdictOfRights,
  verdictOfRole,
  verdictOfSessions,
  verdictOfTls,
  verdictOfVersion,
} from './postgres-verdicts.js';
import { isPrivate } from './private-host.js';
import {
  parseInfo,
  verdictOfAppendOnly,
  verdictOfEviction,
  verdictOfMasters,
  verdictOfMemory,
  verdictOfRedisError,
  verdictOfRedisVersion,
  verdictOfTopology,
} from './redis-verdicts.js';
import {
  verdictOfDryRequests,
  verdictOfTwilioAccount,
  verdictOfTwilioFrom,
  verdictOfTwilioService,
} from './sms-verdicts.js';

describe('a model provider', () => {
  const provider: ModelProvider = {
    name: 'mistral',
    baseUrlVariable: 'MISTRAL_BASE_URL',
    keyVariable: 'MISTRAL_API_KEY',
  };
  const asked = { model: 'large-2', modelVariable: 'MISTRAL_MODEL', known: ['large-3', 'tiny'] };
  const of = (error: ModelError, known: string[] | null = asked.known) => {
    const { outcome, fix } = verdictOfFailure(provider, { ...asked, known }, error);
    return [outcome, ...(fix?.variables ?? [])];
  };

  it.each([
    [200, ['a'], 'ok', undefined],
    [200, null, 'failed', 'MISTRAL_BASE_URL'],
    [401, null, 'failed', 'MISTRAL_API_KEY'],
    [400, null, 'failed', 'MISTRAL_API_KEY'],
    [404, null, 'ok', undefined],
    [429, null, 'warning', 'MISTRAL_API_KEY'],
    [301, null, 'failed', 'MISTRAL_BASE_URL'],
    [503, null, 'failed', 'MISTRAL_BASE_URL'],
  ])('that answers %i to the listing (%j) is %s', (status, ids, outcome, variable) => {
    const finding = verdictOfListing(provider, status, ids);
    expect([finding.outcome, finding.fix?.variables[0]]).toEqual([outcome, variable]);
  });

  it('whose call fails is distinguished by key, model, quota and address', () => {
    expect(of(new Rejected('setup', 'http 401'))).toEqual(['failed', 'MISTRAL_API_KEY']);
    expect(of(new Rejected('setup', 'http 404'))).toEqual(['failed', 'MISTRAL_MODEL']);
    expect(of(new Rejected('unknown', 'http 400'))).toEqual(['failed', 'MISTRAL_MODEL']);
    expect(of(new Rejected('setup', 'http 400'), null)).toEqual(['failed', 'MISTRAL_API_KEY']);
    expect(of(new ModelError('rate_limited'))).toEqual(['warning', 'MISTRAL_API_KEY']);
    expect(of(new ModelError('timeout'))).toEqual(['failed', 'MISTRAL_BASE_URL', 'LLM_TIMEOUT_SECONDS']);
    expect(of(new ModelError('unavailable', null, 'http 503'), null)).toEqual(['failed', 'MISTRAL_BASE_URL']);
  });

  it('suggests the listed models that are spelled most alike', () => {
    expect(similarTo('large-2', ['tiny', 'large-3'])).toEqual(['large-3', 'tiny']);
  });

  it('lists its models in Google’s form, in OpenAI’s, or as a bare list', () => {
    expect(idsIn({ models: [{ name: 'models/gemini-x' }] })).toEqual(['gemini-x']);
    expect(idsIn({ data: [{ id: 'a' }, {}, null] })).toEqual(['a']);
    expect(idsIn([{ id: 'b' }])).toEqual(['b']);
    for (const body of [null, {}, 'text', { data: 'x' }]) expect(idsIn(body)).toBeNull();
  });
});

describe('PostgreSQL', () => {
  const facts = {
    isReplica: false,
    encoding: 'UTF8',
    synchronousCommit: 'on',
    fsync: 'on',
    autovacuum: 'on',
  };

  it('is 15 or newer, the primary, in UTF8', () => {
    expect([verdictOfVersion(150_000), verdictOfVersion(140_012)].map(({ outcome }) => outcome)).toEqual([
      'ok',
      'failed',
    ]);
    expect(verdictOfRole(facts).outcome).toBe('ok');
    expect(verdictOfRole({ ...facts, isReplica: true }).outcome).toBe('failed');
    expect(verdictOfRole({ ...facts, encoding: 'SQL_ASCII' }).outcome).toBe('failed');
  });

  it.each([
    [{}, 'ok'],
    [{ synchronousCommit: 'remote_apply' }, 'ok'],
    [{ synchronousCommit: 'off' }, 'failed'],
    [{ fsync: 'off' }, 'failed'],
    [{ autovacuum: 'off' }, 'warning'],
  ])('with %j is %s', (change, outcome) => {
    expect(verdictOfDurability({ ...facts, ...change }).outcome).toBe(outcome);
  });

  it.each(['28P01', '3D000', 'ECONNREFUSED', 'whatever'])(
    'an error %s of the connect names DATABASE_URL',
    (code) => {
      expect(verdictOfConnectError(code)).toMatchObject({
        outcome: 'failed',
        fix: { variables: ['DATABASE_URL'] },
      });
    },
  );

  it('without TLS is a warning across a public network, in production', () => {
    const open = (host: string, production = true) => verdictOfTls(false, host, production).outcome;
    expect([
      open('db.example.org'),
      open('10.1.2.3'),
      open('postgres'),
      open('db.example.org', false),
    ]).toEqual(['warning', 'ok', 'ok', 'ok']);
    expect(verdictOfTls(true, 'db.example.org', true).outcome).toBe('ok');
  });

  it('fails when its role lacks a right', () => {
    expect(verdictOfRights(['messages'], true).outcome).toBe('failed');
    expect(verdictOfRights([], false).outcome).toBe('ok');
  });

  it('has room for a rolling release', () => {
    const of = (available: number) =>
      verdictOfConnections({ available, used: 0, poolMax: 16, others: 1 }).outcome;
    expect([of(97), of(4 * 17), of(4 * 17 - 1), of(16)]).toEqual(['ok', 'ok', 'warning', 'failed']);
  });

  it('fails behind a pooler in transaction mode, by either sign', () => {
    const of = (sharesBackend: boolean, isNotified: boolean) =>
      verdictOfSessions({ sharesBackend, isNotified }).outcome;
    expect([of(false, true), of(true, true), of(false, false)]).toEqual(['ok', 'failed', 'failed']);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['postgres', true],
  ['db.internal', true],
  ['172.20.0.3', true],
  ['[fd00::1]', true],
  ['172.33.0.1', false],
  ['8.8.8.8', false],
  ['db.example.org', false],
])('the host %s is private: %s', (host, expected) => {
  expect(isPrivate(host)).toBe(expected);
});

describe('Redis', () => {
  const info = (text: string) => parseInfo(text.replaceAll(' ', '\r\n'));

  it.each([
    ['redis_version:7.2.4', 'ok'],
    ['redis_version:6.2.0', 'ok'],
    ['redis_version:6.0.16', 'failed'],
    ['redis_version:7.2.4 valkey_version:8.0.1', 'ok'],
  ])('of %s is %s', (text, outcome) => {
    expect(verdictOfRedisVersion(info(text)).outcome).toBe(outcome);
  });

  it('keeps an append-only file and evicts nothing', () => {
    expect(verdictOfAppendOnly(info('aof_enabled:1')).outcome).toBe('ok');
    expect(verdictOfAppendOnly(info('aof_enabled:0')).outcome).toBe('warning');
    expect(verdictOfEviction(info('maxmemory_policy:noeviction')).outcome).toBe('ok');
    expect(verdictOfEviction(info('maxmemory_policy:allkeys-lru')).outcome).toBe('failed');
  });

  it.each([
    ['used_memory:10 maxmemory:100', 'ok'],
    ['used_memory:80 maxmemory:100', 'warning'],
    ['used_memory:10 maxmemory:0', 'warning'],
  ])('with %s is %s', (text, outcome) => {
    expect(verdictOfMemory(info(text)).outcome).toBe(outcome);
  });

  it('of several masters the worst one decides', () => {
    const all = ['aof_enabled:1', 'aof_enabled:0'].map(info);
    expect(verdictOfMasters(all, verdictOfAppendOnly).outcome).toBe('warning');
  });

  const host = { host: 'a', port: 1 };
  it.each([
    ['single', 1, ['role:master cluster_enabled:0'], 'ok'],
    ['single', 1, ['role:master cluster_enabled:1'], 'failed'],
    ['single', 1, ['role:slave'], 'failed'],
    ['cluster', 1, ['connected_slaves:1', 'connected_slaves:1'], 'ok'],
    ['cluster', 1, ['connected_slaves:1', 'connected_slaves:0'], 'warning'],
    ['sentinel', 3, ['connected_slaves:1'], 'ok'],
    ['sentinel', 3, ['connected_slaves:0'], 'warning'],
    ['sentinel', 1, ['connected_slaves:1'], 'warning'],
  ] as const)('as %s of %i hosts with %j is %s', (kind, hosts, texts, outcome) => {
    const target = { kind, hosts: Array.from({ length: hosts }, () => host) };
    expect(verdictOfTopology(target, texts.map(info)).outcome).toBe(outcome);
  });

  it.each([
    ['WRONGPASS invalid username-password pair', 'user or password are refused'],
    ['NOAUTH Authentication required.', 'a password is required'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS fails: SELF_SIGNED_CERT_IN_CHAIN'],
    ['no answer', 'no connection: no answer'],
  ])('an error %s is explained', (reason, fact) => {
    expect(verdictOfRedisError(reason)).toMatchObject({ outcome: 'failed', fact });
  });
});

describe('SMS', () => {
  it.each([
    [200, 401, 'ok'],
    [422, 401, 'ok'],
    [400, 400, 'ok'],
    [200, 200, 'warning'],
    [500, 500, 'warning'],
    [401, 401, 'failed'],
    [302, 302, 'failed'],
    [404, 404, 'failed'],
  ])('a webhook that answers %i to a signed and %i to a forged request is %s', (signed, forged, outcome) => {
    expect(verdictOfDryRequests(signed, forged).outcome).toBe(outcome);
  });

  it.each([
    [200, { status: 'active', type: 'Full' }, 'ok'],
    [200, { status: 'active', type: 'Trial' }, 'warning'],
    [200, { status: 'suspended' }, 'failed'],
    [401, {}, 'failed'],
    [503, {}, 'failed'],
  ])('an account of Twilio that answers %i %j is %s', (status, account, outcome) => {
    expect(verdictOfTwilioAccount(status, account).outcome).toBe(outcome);
  });

  it('a messaging service without a sender, or a number of another account, fails', () => {
    expect(verdictOfTwilioService(200, 1).outcome).toBe('ok');
    expect(verdictOfTwilioService(200, 0).outcome).toBe('failed');
    expect(verdictOfTwilioService(404, 0).outcome).toBe('failed');
    expect(verdictOfTwilioFrom('+15550100', 200, 1).outcome).toBe('ok');
    expect(verdictOfTwilioFrom('+15550100', 200, 0).outcome).toBe('failed');
    expect(verdictOfTwilioFrom('CHAT', 200, 0).outcome).toBe('ok');
  });
});
