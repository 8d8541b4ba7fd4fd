import { SmsFailure } from './sms-sender.js';

/** Timeout of a request to a provider: three tries must fit into the life of a code. */
const TIMEOUT_MS = 5_000;
/**
 * Statuses that refuse this message finally. 401, 403, 408, 429 and 5xx concern the account or the service: a retry may
 * succeed.
 */
const PERMANENT = new Set([400, 404, 410, 413, 422]);

/**
 * POSTs to a provider, without following redirects, which would send the signature or key elsewhere.
 * @throws SmsFailure unless the provider responds 2xx in time
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
  // The body is not read, because it may repeat the number or the text.
  await response.body?.cancel();
  if (!response.ok)
    throw new SmsFailure(`${provider} answered ${response.status}`, PERMANENT.has(response.status));
}
