import type { PortalDto, SubscriptionStatusDto } from '@chat-backend/client';
import { useCallback, useEffect, useState } from 'react';
import { chat, reloadUser } from '../../../ui/api/chat.js';
import { isProblem } from '../../../ui/api/problem-text.js';
import { useCheckout } from '../billing/use-checkout.js';
import { loadUsage } from '../billing/usage.js';
import { useNews } from '../live/live.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Confirm } from '../../../ui/components/Confirm.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { dateText } from '../../../ui/lib/format.js';
import { Invoices } from './Invoices.js';
import { PlanFacts } from './PlanFacts.js';
import { planState } from './plan-state.js';
import css from './account.module.css';

const RETURN = '/#/account';

async function openPortal(): Promise<void> {
  const portal = await chat
    .post<PortalDto>('/subscription/portal', { return_url: location.origin + RETURN })
    .catch((error: unknown) => {
      if (!isProblem(error, 'validation_failed')) throw error;
      return chat.post<PortalDto>('/subscription/portal');
    });
  location.assign(portal.url);
}

/** The plan, a payment problem, the actions on the subscription, and the invoices. */
export function Plan({ tier }: { tier: string }) {
  const [status, setStatus] = useState<SubscriptionStatusDto | null>(null);
  const [isCancelling, setCancelling] = useState(false);
  const { plan, quota } = texts;
  const checkout = useCheckout();
  const portal = useTask(openPortal);
  const read = useTask(async () => setStatus(await chat.get('/subscription/status')));
  const apply = useCallback(async (path: string) => {
    setStatus(await chat.post(path));
    await Promise.all([reloadUser(), loadUsage()]);
  }, []);
  const resume = useTask(() => apply('/subscription/resume'));
  // Reads again when the tier changes.
  useEffect(() => read.run(), [tier, read.run]);
  useNews((news) => news.account && read.run());

  const error = read.error ?? checkout.error ?? portal.error ?? resume.error;
  if (!status) return <ProblemNotice error={error} />;
  const state = planState(status);
  const { problem } = state;
  return (
    <>
      <ProblemNotice error={error} />
      <PlanFacts status={status} state={state} />
      {problem !== null && (
        <Notice
          tone="warning"
          title={plan.problems[problem] ?? plan.otherProblem}
          advice={status.grace_ends_at && plan.graceUntil(dateText(status.grace_ends_at))}
        >
          {state.canFix && (
            <Button size="small" look="primary" disabled={portal.isRunning} onClick={() => portal.run()}>
              {plan.fix}
            </Button>
          )}
        </Notice>
      )}
      <div className={css['row']}>
        {!state.isSubscribed && !state.isGranted && (
          <Button look="primary" disabled={checkout.isRunning} onClick={() => checkout.run()}>
            {quota.upgrade}
          </Button>
        )}
        {state.canResume && (
          <Button look="primary" disabled={resume.isRunning} onClick={() => resume.run()}>
            {plan.resume}
          </Button>
        )}
        {state.isSubscribed && (
          <Button disabled={portal.isRunning} onClick={() => portal.run()}>
            {plan.portal}
          </Button>
        )}
        {state.canCancel && <Button onClick={() => setCancelling(true)}>{plan.cancel}</Button>}
      </div>
      <Invoices key={status.status + String(status.current_period_end)} />
      {isCancelling && (
        <Confirm
          title={plan.cancelTitle}
          lead={plan.cancelLead(status.current_period_end && dateText(status.current_period_end))}
          action={plan.cancel}
          cancel={plan.keep}
          onConfirm={() => apply('/subscription/cancel')}
          onClose={() => setCancelling(false)}
        />
      )}
    </>
  );
}
