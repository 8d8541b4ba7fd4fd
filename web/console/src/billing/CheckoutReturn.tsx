import type { SubscriptionStatusDto } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat, reloadUser } from '../../../ui/api/chat.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { loadUsage } from './usage.js';
import { takeCheckoutOutcome } from './use-checkout.js';
import css from './billing.module.css';

type State = { outcome: 'cancel' | 'syncing' | 'pro' | 'not-yet' } | { outcome: 'error'; error: unknown };

/** Handles the return from the checkout with one POST /subscription/sync: the address proves nothing. */
export function CheckoutReturn() {
  const [state, setState] = useState<State | null>(null);
  const { plan, common } = texts;
  const sync = async () => {
    setState({ outcome: 'syncing' });
    try {
      const { tier } = await chat.post<SubscriptionStatusDto>('/subscription/sync');
      await Promise.all([reloadUser(), loadUsage()]);
      setState({ outcome: tier === 'pro' ? 'pro' : 'not-yet' });
    } catch (error) {
      setState({ outcome: 'error', error });
    }
  };
  useEffect(() => {
    const outcome = takeCheckoutOutcome();
    if (outcome === 'cancel') setState({ outcome });
    else if (outcome === 'success') void sync();
  }, []);

  useEffect(() => {
    // It belongs to the page that the checkout returned to: on another one it would be old news.
    const leave = () => setState((now) => (now?.outcome === 'syncing' ? now : null));
    addEventListener('hashchange', leave);
    return () => removeEventListener('hashchange', leave);
  }, []);

  if (!state) return null;
  const dismiss = (
    <Button look="quiet" size="small" onClick={() => setState(null)}>
      {common.dismiss}
    </Button>
  );
  const again = (
    <Button size="small" onClick={() => void sync()}>
      {plan.refresh}
    </Button>
  );
  return (
    <div className={css['return']}>
      {state.outcome === 'syncing' && <Notice title={plan.syncing} />}
      {state.outcome === 'cancel' && <Notice title={plan.cancelled}>{dismiss}</Notice>}
      {state.outcome === 'pro' && (
        <Notice tone="good" title={plan.isPro}>
          {dismiss}
        </Notice>
      )}
      {state.outcome === 'not-yet' && (
        <Notice tone="warning" title={plan.notYet}>
          {again}
          {dismiss}
        </Notice>
      )}
      {state.outcome === 'error' && <ProblemNotice error={state.error}>{again}</ProblemNotice>}
    </div>
  );
}
