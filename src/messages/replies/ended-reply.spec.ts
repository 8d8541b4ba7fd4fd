import { Logger } from '@nestjs/common';
import * as prom from 'prom-client';
import type { Config } from '../../platform/config/config.js';
import { instruments } from '../../platform/metrics/instruments.js';
import { FAILURE_CODES, FINAL_STATES, REPLY_ERRORS, type FinalState } from '../message.entity.js';
import { reportEnd, type EndFacts } from './ended-reply.js';

const CONFIG = {
  llm: { providers: [], models: [], gemini: { model: 'm' }, servers: {} },
} as unknown as Config;
const registry = new prom.Registry();
for (const instrument of instruments()) instrument.start({ prom, registry, config: CONFIG });

const REPLY = { userId: 'u', chatroomId: 'c', requestId: null, attempt: 1, slotGrantedAt: null };

/** Reports the end of one reply. @returns the series of the counter with their values */
async function counted(counter: string, status: FinalState, errorCode: EndFacts['errorCode'] = null) {
  registry.resetMetrics();
  const logger = { log: () => undefined } as unknown as Logger;
  reportEnd(logger, 'r', { ...REPLY, status }, { now: new Date(), call: null, errorCode });
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${counter}{`));
  return lines.filter((line) => !line.endsWith(' 0'));
}

it.each(FINAL_STATES)('a reply that ended as %s is counted under that state', async (state) => {
  expect(await counted('chat_replies_total', state)).toEqual([`chat_replies_total{state="${state}"} 1`]);
});

it.each(Object.keys(REPLY_ERRORS) as (keyof typeof REPLY_ERRORS)[])(
  'the code %s is counted under its own name if it is that of a failure, else not',
  async (code) => {
    const isFailure = FAILURE_CODES.some((one) => one === code);
    expect(await counted('chat_reply_failures_total', isFailure ? 'failed' : 'blocked', code)).toEqual(
      isFailure ? [`chat_reply_failures_total{code="${code}"} 1`] : [],
    );
  },
);
