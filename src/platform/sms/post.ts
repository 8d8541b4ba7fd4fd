import { SmsFailure } from './sms-sender.js';

/** A provider that takes longer than this is down: three tries must fit into the life of a code. */
const TIMEOUT_MS = 5_000;
/** Refusals of this one message. 401, 403, 408, 429 and 5xx are about the account or the service: worth another try. */
const PERMANENT = new Set([400, 404, 410, 413, 422]);

/**
 * POSTs to a provider, without following redirects (a signed or authorised request goes nowhere else).
 * @throws SmsFailure unless it answers 2xx in time
 */
export async function postToProvider(
  provider: string,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const { name, cause } = error as Error;
    throw new SmsFailure(`${provider} cannot be reached: ${(cause as { code?: string })?.code ?? name}`);
  }
  // The body may repeat the number or the text: it is not looked at.
  await response.body?.cancel();
  if (!response.ok)
    throw new SmsFailure(`${provider} answered ${response.status}`, PERMANENT.has(response.status));
}
