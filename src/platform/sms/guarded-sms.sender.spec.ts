import { GuardedSmsSender } from './guarded-sms.sender.js';
import { SmsFailure, SmsSender } from './sms-sender.js';

class FakeProvider extends SmsSender {
  calls = 0;
  failure: SmsFailure | null = null;
  override async forget(): Promise<void> {}
  override send(): Promise<void> {
    this.calls += 1;
    return this.failure ? Promise.reject(this.failure) : Promise.resolve();
  }
}

function guarded(openMs = 20) {
  const provider = new FakeProvider();
  const told: string[] = [];
  const listener = { opened: () => told.push('opened'), closed: () => told.push('closed') };
  const sender = new GuardedSmsSender(provider, listener, openMs);
  const send = () =>
    sender.send({ id: '1', to: '+1', text: '' }).then(
      () => 'sent',
      () => 'failed',
    );
  return { provider, told, send };
}

it('five failures in a row open the breaker: the provider is not called, and the outage is reported', async () => {
  const { provider, told, send } = guarded(60_000);
  provider.failure = new SmsFailure('down');
  for (let i = 0; i < 8; i += 1) expect(await send()).toBe('failed');
  expect(provider.calls).toBe(5);
  expect(told).toEqual(['opened']);
});

it('a refused number does not count against the provider', async () => {
  const { provider, told, send } = guarded();
  provider.failure = new SmsFailure('no such number', true);
  for (let i = 0; i < 20; i += 1) await send();
  expect(provider.calls).toBe(20);
  expect(told).toEqual([]);
});

it('after its time one message is sent, and its success closes the breaker', async () => {
  const { provider, told, send } = guarded();
  provider.failure = new SmsFailure('down');
  for (let i = 0; i < 5; i += 1) await send();
  provider.failure = null;
  while ((await send()) === 'failed') await new Promise(setImmediate);
  expect(provider.calls).toBe(6);
  expect(told).toEqual(['opened', 'closed']);
});
