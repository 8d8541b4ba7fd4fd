import type { SubscriptionStatusDto } from '@chat-backend/client';
import { dateText, moneyText } from '../../../ui/lib/format.js';
import { texts } from '../texts.js';
import type { PlanState } from './plan-state.js';
import css from './account.module.css';

export function PlanFacts({ status, state }: { status: SubscriptionStatusDto; state: PlanState }) {
  const { plan, quota } = texts;
  const { price } = status;
  return (
    <div>
      <p className={css['fact']}>
        <span className={css['soft']}>{plan.current}</span>
        <strong className={css['tier']}>{state.isPro ? quota.pro : quota.basic}</strong>
      </p>
      {price && price.amount !== null && state.isSubscribed && (
        <p className={css['soft']}>{plan.price(moneyText(price.amount, price.currency), price.interval)}</p>
      )}
      {state.isGranted && <p className={css['soft']}>{plan.granted}</p>}
      {state.renewsAt && <p className={css['soft']}>{plan.renews(dateText(state.renewsAt))}</p>}
      {state.endsAt && <p>{plan.endsOn(dateText(state.endsAt))}</p>}
    </div>
  );
}
