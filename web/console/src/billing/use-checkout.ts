import { newKey, type CheckoutDto } from '@chat-backend/client';
import { chat } from '../api/chat.js';
import { isProblem } from '../api/problem-text.js';
import { useTask } from '../lib/use-task.js';

/** Where the person was before the checkout. */
const RETURN_KEY = 'chat.return-to';

const returnUrl = (outcome: string): string => `${location.origin}/?checkout=${outcome}`;

async function openCheckout(): Promise<void> {
  const addresses = { success_url: returnUrl('success'), cancel_url: returnUrl('cancel') };
  const key = newKey();
  const checkout = await chat
    .post<CheckoutDto>('/subscribe/pro', addresses, key)
    // The operator has not listed this page's origin: the API's own pages lead back.
    .catch((error: unknown) => {
      if (!isProblem(error, 'validation_failed')) throw error;
      return chat.post<CheckoutDto>('/subscribe/pro', {}, newKey());
    });
  sessionStorage.setItem(RETURN_KEY, location.hash);
  location.assign(checkout.checkout_url);
}

export const useCheckout = () => useTask(openCheckout);

/** What the checkout has come to, as the address tells once; it also leads back to where the person was. */
export function takeCheckoutOutcome(): 'success' | 'cancel' | null {
  const outcome = new URLSearchParams(location.search).get('checkout');
  if (outcome !== 'success' && outcome !== 'cancel') return null;
  const hash = sessionStorage.getItem(RETURN_KEY) ?? '';
  sessionStorage.removeItem(RETURN_KEY);
  history.replaceState(null, '', `/${hash}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
  return outcome;
}
