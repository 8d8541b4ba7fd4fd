import {
  FAILURES_OF_DAY,
  FIRST_TEXTS_OF_DAY,
  REPLIES_OF_DAY,
  TOKENS_OF_DAY,
} from '../../messages/replies/replies.metrics.js';
import { MESSAGES_OF_DAY } from '../../messages/send/send.metrics.js';
import type { ModelPrice } from '../../platform/config/model-prices.js';
import { REFUSALS_OF_DAY } from '../../platform/problem/problem.metrics.js';
import type { DailyNumber } from '../../platform/statistics/daily-numbers.js';
import type { Tally } from '../../platform/statistics/tally.js';
import { PRO_GAINED_OF_DAY, PRO_LOST_OF_DAY, SIGN_UPS_OF_DAY } from '../../users/users.metrics.js';
import type { FiguresDto, FirstTextDto, ModelFiguresDto } from './admin-stats.dto.js';
import { costOf, percentile, sumOfCosts, type Tokens } from './figures.js';

type Numbers = readonly Pick<DailyNumber, 'name' | 'label' | 'count'>[];

/** The figures of a day, or of several days together. */
export function figuresOf(numbers: Numbers, prices: readonly ModelPrice[]): FiguresDto {
  const of = (tally: Tally) => byLabel(numbers, tally);
  const sum = (tally: Tally) => total(of(tally));
  const models = modelFigures(of(TOKENS_OF_DAY), prices);
  return {
    messages: sum(MESSAGES_OF_DAY),
    replies: Object.fromEntries(of(REPLIES_OF_DAY)),
    failures: Object.fromEntries(of(FAILURES_OF_DAY)),
    refusals: Object.fromEntries(of(REFUSALS_OF_DAY)),
    first_text: firstText(of(FIRST_TEXTS_OF_DAY)),
    models,
    cost: sumOfCosts(models.map(({ cost }) => cost)),
    sign_ups: sum(SIGN_UPS_OF_DAY),
    pro_gained: sum(PRO_GAINED_OF_DAY),
    pro_lost: sum(PRO_LOST_OF_DAY),
  };
}

function byLabel(numbers: Numbers, { name }: Tally): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of numbers)
    if (one.name === name) counts.set(one.label, (counts.get(one.label) ?? 0) + one.count);
  return counts;
}

const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

function firstText(counts: ReadonlyMap<string, number>): FirstTextDto | null {
  const times = new Map([...counts].map(([bound, count]) => [Number(bound), count]));
  const [p50_ms, p95_ms] = [percentile(times, 0.5), percentile(times, 0.95)];
  return p50_ms === null || p95_ms === null ? null : { count: total(counts), p50_ms, p95_ms };
}

/** By model, the most tokens first. Labels are `kind|provider|model`. */
function modelFigures(counts: ReadonlyMap<string, number>, prices: readonly ModelPrice[]): ModelFiguresDto[] {
  const models = new Map<string, Tokens>();
  for (const [label, count] of counts) {
    const [kind, model] = splitAtFirst(label);
    const tokens = models.get(model) ?? { prompt: 0, output: 0, thought: 0, cached: 0 };
    models.set(model, { ...tokens, [kind]: count });
  }
  return [...models]
    .map(([label, tokens]) => {
      const [provider, model] = splitAtFirst(label);
      const price = prices.find((one) => one.model === model);
      return { provider, model, ...tokenFields(tokens), cost: costOf(tokens, price) };
    })
    .toSorted(
      (one, other) => other.prompt_tokens + other.output_tokens - one.prompt_tokens - one.output_tokens,
    );
}

const tokenFields = ({ prompt, output, thought, cached }: Tokens) => ({
  prompt_tokens: prompt,
  output_tokens: output,
  thought_tokens: thought,
  cached_tokens: cached,
});

/** A model's name may contain the separator. */
function splitAtFirst(label: string): [string, string] {
  const at = label.indexOf('|');
  return [label.slice(0, at), label.slice(at + 1)];
}
