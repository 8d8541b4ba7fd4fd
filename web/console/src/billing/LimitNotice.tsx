import type { DailyLimitError } from '@chat-backend/client';
import { durationText, secondsUntil } from '../../../ui/lib/duration.js';
import { useNow } from '../../../ui/lib/use-now.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { useCheckout } from './use-checkout.js';

/** The daily limit is reached: shows the reset and offers the upgrade. */
export function LimitNotice({ error }: { error: DailyLimitError }) {
  const now = useNow();
  const checkout = useCheckout();
  const { quota } = texts;
  return (
    <>
      <Notice
        tone="warning"
        title={<strong>{quota.limitTitle}.</strong>}
        advice={
          <>
            {quota.limitLead(durationText(secondsUntil(error.resetsAt, now)))}{' '}
            {error.upgrade && quota.limitPro}
          </>
        }
      >
        {error.upgrade && (
          <Button look="primary" size="small" disabled={checkout.isRunning} onClick={() => checkout.run()}>
            {checkout.isRunning ? quota.opening : quota.upgrade}
          </Button>
        )}
      </Notice>
      <ProblemNotice error={checkout.error} />
    </>
  );
}
