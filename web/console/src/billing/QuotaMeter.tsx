import { useEffect } from 'react';
import { durationText, secondsUntil } from '../../../ui/lib/duration.js';
import { useNow } from '../../../ui/lib/use-now.js';
import { useNews } from '../live/live.js';
import { texts } from '../texts.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { Button } from '../../../ui/components/Button.js';
import { loadUsage, useUsage } from './usage.js';
import { useCheckout } from './use-checkout.js';
import css from './billing.module.css';

/** The daily quota, its reset, and the upgrade. */
export function QuotaMeter() {
  const usage = useUsage();
  const { quota } = texts;
  const now = useNow(usage !== null);
  const seconds = usage ? secondsUntil(usage.resets_at, now) : 0;
  const isOver = usage !== null && seconds === 0;
  const checkout = useCheckout();
  useEffect(() => {
    void loadUsage();
  }, [isOver]);
  useNews((news) => news.usage && void loadUsage());

  if (!usage) return null;
  const { daily_limit: limit, remaining, tier, used_today } = usage;
  return (
    <section className={css['quota']} aria-label={quota.label}>
      {limit === null || remaining === null ? (
        <p className={css['quotaLine']}>
          <strong>{tier === 'pro' ? quota.pro : tier}</strong>
          <span>{quota.unlimited}</span>
        </p>
      ) : (
        <>
          <div
            className={css['meter']}
            role="meter"
            aria-label={quota.label}
            aria-valuemin={0}
            aria-valuemax={limit}
            aria-valuenow={used_today}
            data-full={remaining === 0}
          >
            <div style={{ width: `${Math.min(100, (100 * used_today) / limit)}%` }} />
          </div>
          <p className={css['quotaLine']}>
            <span>{quota.left(remaining, limit)}</span>
            <span className={css['soft']}>{quota.resetsIn(durationText(seconds))}</span>
          </p>
        </>
      )}
      {tier !== 'pro' && (
        <Button size="small" disabled={checkout.isRunning} onClick={() => checkout.run()}>
          {checkout.isRunning ? quota.opening : quota.upgrade}
        </Button>
      )}
      <ProblemNotice error={checkout.error} />
    </section>
  );
}
