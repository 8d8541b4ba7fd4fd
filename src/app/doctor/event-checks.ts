import { randomBytes, randomUUID } from 'node:crypto';
import type { EventSettings } from '../../platform/config/config.js';
import { postEvent, type DeliveryResult } from '../../platform/outbox/event-endpoint.js';
import { failed, fix, ok, skipped, warning, type CheckGroup, type Finding } from './check.js';

const SERVICE = 'Events';
const PAGE = 'docs/events.md';
/** Less than the time that a check has for two requests. */
const CALL_MS = 4_500;

/** Type of the doctor's event, which no receiver acts on: receivers ignore types that they do not know. */
export const TEST_TYPE = 'doctor.ping';

/** The check of EVENTS_WEBHOOK_URL: one signed test event, and one whose signature is wrong. */
export function eventChecks(settings: EventSettings | null): CheckGroup {
  if (settings === null)
    return {
      service: SERVICE,
      checks: [
        {
          name: 'test event',
          run: () => skipped('not set: no events are sent', fix('EVENTS_WEBHOOK_URL', 'set it', PAGE)),
        },
      ],
    };
  const { url, secrets } = settings;
  const forged = `whsec_${randomBytes(32).toString('base64')}`;
  return {
    service: SERVICE,
    checks: [
      {
        name: 'test event',
        run: async () => verdictOfTestEvents(await post(url, secrets), await post(url, [forged])),
      },
    ],
  };
}

function post(url: string, secrets: string[]): Promise<DeliveryResult> {
  const event = { id: `doctor_${randomUUID()}`, type: TEST_TYPE, timestamp: new Date(), data: {} };
  return postEvent({ url, secrets }, event, AbortSignal.timeout(CALL_MS));
}

const UNAUTHORISED = new Set(['status 400', 'status 401', 'status 403']);
const REDIRECTS = /^status 3\d\d$/;
const ABSENT = new Set(['status 404', 'status 405', 'status 410']);

/** Judges the answers to a signed event of an unknown type, and to one with a wrong signature. */
export function verdictOfTestEvents(signed: DeliveryResult, forged: DeliveryResult): Finding {
  if (!signed.delivered) return verdictOfFailure(signed.error);
  if (forged.delivered)
    return warning(
      'accepts a wrong signature: any client can make up events',
      fix('EVENTS_WEBHOOK_SECRET', 'verify webhook-signature in the receiver', PAGE),
    );
  return ok('accepts a signed event and refuses a forged one');
}

function verdictOfFailure(error: string): Finding {
  const at = (text: string) => fix('EVENTS_WEBHOOK_URL', text, PAGE);
  if (UNAUTHORISED.has(error))
    return failed(
      `refuses the signature (${error})`,
      fix('EVENTS_WEBHOOK_SECRET', 'give the receiver the same secret', PAGE),
    );
  if (REDIRECTS.test(error))
    return failed(`redirects (${error}), which is not followed`, at('name the final address'));
  if (ABSENT.has(error)) return failed(`answers ${error}`, at('name the address that takes POST'));
  if (error.startsWith('status'))
    return failed(`answers ${error} to a signed event of an unknown type`, at('see its log'));
  return failed(`cannot be reached: ${error}`, at('check the address and the network'));
}
