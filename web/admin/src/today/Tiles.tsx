import type { Stats } from '../api/types.js';
import css from '../parts/parts.module.css';
import { texts } from '../texts.js';
import { costText, countText, failed, refused, shareText, shortText, tokens } from './numbers.js';

/** The numbers of today, and what holds for all of the days. */
export function Tiles({ stats: { data, pro_users, conversion, churn } }: { stats: Stats }) {
  const { today } = texts;
  const now = data.at(-1);
  if (!now) return null;
  const tiles: [string, string, string?][] = [
    [today.messages, countText(now.messages)],
    [today.failed, countText(failed(now))],
    [today.firstText, now.first_text ? today.ms(now.first_text.p50_ms) : '–'],
    [today.refusals, countText(refused(now))],
    [today.tokens, shortText(tokens(now))],
    [today.cost, costText(now.cost), now.cost === null && tokens(now) > 0 ? today.noCostAdvice : undefined],
    [today.signUps, countText(now.sign_ups)],
    [today.pro, countText(pro_users)],
    [today.conversion, shareText(conversion), `${today.conversionHint}, ${today.inDays(data.length)}`],
    [today.churn, shareText(churn), `${today.churnHint}, ${today.inDays(data.length)}`],
  ];
  return (
    <>
      <h2>{today.today}</h2>
      <dl className={css['tiles']}>
        {tiles.map(([label, value, hint]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <strong>{value}</strong>
              {hint && <span>{hint}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
