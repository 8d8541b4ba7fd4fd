import { failed, fix, ok, skipped, warning, type Finding } from './check.js';

const CONSOLE = 'https://console.twilio.com';
const TRIAL = 'https://help.twilio.com/articles/360036052753';

export const simulatedSms = (): Finding =>
  skipped(
    'simulated: codes are in GET /sandbox/sms',
    fix('OTP_DELIVERY', 'set twilio or webhook, with its variables', 'docs/going-live.md'),
  );

/** Judges Twilio's answer about the account. */
export function verdictOfTwilioAccount(status: number, account: { status?: string; type?: string }): Finding {
  if (status === 401 || status === 404)
    return failed(
      `Twilio refuses the account or its token (${status})`,
      fix(['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'], 'copy both from the console', CONSOLE),
    );
  if (status !== 200)
    return failed(`Twilio answers ${status}`, fix([], 'see its status', 'https://status.twilio.com'));
  if (account.status !== 'active')
    return failed(`the account is ${account.status}`, fix([], 'reactivate it', CONSOLE));
  if (account.type === 'Trial')
    return warning('a trial account: only verified numbers get codes', fix([], 'upgrade it', TRIAL));
  return ok('the account is active');
}

/** Judges the messaging service by the number of its senders. */
export function verdictOfTwilioService(status: number, senders: number): Finding {
  const page = `${CONSOLE}/us1/develop/sms/services`;
  if (status !== 200)
    return failed(
      `the account has no such messaging service (${status})`,
      fix('TWILIO_MESSAGING_SERVICE_SID', 'copy it from the console', page),
    );
  if (senders === 0)
    return failed(
      'the messaging service has no sender',
      fix('TWILIO_MESSAGING_SERVICE_SID', 'add a number or a sender id to its sender pool', page),
    );
  return ok(`the messaging service has ${senders} senders`);
}

/** Judges TWILIO_FROM by the numbers of the account that equal it. */
export function verdictOfTwilioFrom(from: string, status: number, numbers: number): Finding {
  if (!/^\+\d+$/.test(from)) return ok('a sender name or a short code: Twilio does not list those');
  if (status === 200 && numbers > 0) return ok('the number belongs to the account');
  return failed(
    'the account does not have this number',
    fix(
      'TWILIO_FROM',
      'name a number of the account',
      `${CONSOLE}/us1/develop/phone-numbers/manage/incoming`,
    ),
  );
}

const STANDARD = 'https://www.standardwebhooks.com';
/** Statuses of a receiver that does not accept the signature. */
const UNAUTHORISED = new Set([401, 403]);
/** Statuses of a receiver that read the body and misses `to` and `text`. */
const INVALID_BODY = new Set([400, 422]);

/**
 * Judges the answers of the SMS webhook to two requests without a recipient: one is signed, the other's signature is wrong.
 * A receiver that verifies signatures refuses the second one as unauthorised.
 */
export function verdictOfDryRequests(signed: number, forged: number): Finding {
  if (signed >= 300 && signed < 400)
    return failed(
      `redirects (${signed}), which a signed request does not follow`,
      fix('SMS_WEBHOOK_URL', 'name the final address'),
    );
  if (signed === 404 || signed === 405 || signed === 410)
    return failed(`answers ${signed}`, fix('SMS_WEBHOOK_URL', 'name the address that takes POST'));
  if (UNAUTHORISED.has(signed))
    return failed(
      `refuses the signature (${signed})`,
      fix('SMS_WEBHOOK_SECRET', 'give the receiver the same secret', STANDARD),
    );
  if (signed >= 500)
    return warning(
      `answers ${signed} to a signed request without a recipient`,
      fix('SMS_WEBHOOK_URL', 'see its log; with --send-to=+… a real message is sent'),
    );
  if (UNAUTHORISED.has(forged)) return ok(`verifies signatures (${signed} signed, ${forged} forged)`);
  if (INVALID_BODY.has(signed) && INVALID_BODY.has(forged))
    return ok(`answers (${signed}); whether it verifies signatures cannot be told`);
  if (forged < 300)
    return warning(
      `accepts a wrong signature (${forged}): any client can make it send`,
      fix('SMS_WEBHOOK_SECRET', 'verify webhook-signature in the receiver', STANDARD),
    );
  return ok(`verifies signatures (${signed} signed, ${forged} forged)`);
}
