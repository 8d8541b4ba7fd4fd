import { createHmac } from 'node:crypto';

/** The Stripe-Signature header of a payload: https://docs.stripe.com/webhooks/signature */
export function signatureOf(payload: string, secret: string, timestamp: number): string {
  const digest = createHmac('sha256', secret).update(`${timestamp}.${payload}`, 'utf8').digest('hex');
  return `t=${timestamp},v1=${digest}`;
}
