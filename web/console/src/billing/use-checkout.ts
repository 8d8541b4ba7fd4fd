import { newKey, type CheckoutDto } from '@chat-backend/client';
import { chat } from '../../../ui/api/chat.js';
import { isProblem } from '../../../ui/api/problem-text.js';
import { useTask } from '../../../ui/lib/use-task.js';

/** Key of the page to return to after the checkout. */
const RETURN_KEY = 'chat.return-to';

/** Storage may be disabled in the browser: then the checkout returns to the first page. */
function keepPage(): void {
  try {
    sessionStorage.setItem(RETURN_KEY, location.hash);
  } catch {}
}

function takePage(): string {
  try {
    const hash = sessionStorage.getItem(RETURN_KEY) ?? '';
    sessionStorage.removeItem(RETURN_KEY);
    return hash;
  } catch {
    return '';
  }
}

const returnUrl = (outcome: string): string => `${location.origin}/?checkout=${outcome}`;

async function openCheckout(): Promise<void> {
  const addresses = { success_url: returnUrl('success'), cancel_url: returnUrl('cancel') };
  const key = newKey();
  const checkout = await chat
    .post<CheckoutDto>('/subscribe/pro', addresses, key)
    // This origin is not in RETURN_URL_ORIGINS: the configured return addresses apply.
    .catch((error: unknown) => {
      if (!isProblem(error, 'validation_failed')) throw error;
      return chat.post<CheckoutDto>('/subscribe/pro', {}, newKey());
    });
  keepPage();
  location.assign(checkout.checkout_url);
}

export const useCheckout = () => useTask(openCheckout);

/** Reads the outcome of the checkout from the address once, and restores the page from before it. */
export function takeCheckoutOutcome(): 'success' | 'cancel' | null {
  const outcome = new URLSearchParams(location.search).get('checkout');
  if (outcome !== 'success' && outcome !== 'cancel') return null;
  const hash = takePage();
  history.replaceState(null, '', `/${hash}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
  return outcome;
}
