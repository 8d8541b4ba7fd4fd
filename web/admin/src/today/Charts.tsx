import type { DayFigures, Figures, Stats } from '../api/types.js';
import css from '../parts/parts.module.css';
import { texts } from '../texts.js';
import { Chart } from './Chart.js';
import { costText, countText, failed, refused, shortText, tokens } from './numbers.js';

interface Line {
  label: string;
  of: (figures: Figures) => number | null;
  show?: (value: number) => string;
}

const { today } = texts;
const LINES: Line[] = [
  { label: today.messages, of: ({ messages }) => messages },
  { label: today.failed, of: failed },
  { label: today.firstText, of: ({ first_text }) => first_text?.p50_ms ?? null, show: today.ms },
  { label: today.firstText95, of: ({ first_text }) => first_text?.p95_ms ?? null, show: today.ms },
  { label: today.refusals, of: refused },
  { label: today.tokens, of: tokens, show: shortText },
  { label: today.cost, of: ({ cost }) => cost, show: costText },
  { label: today.signUps, of: ({ sign_ups }) => sign_ups },
  { label: today.gained, of: ({ pro_gained }) => pro_gained },
  { label: today.lost, of: ({ pro_lost }) => pro_lost },
];

/** A chart of each number. */
export function Charts({ stats: { data, total } }: { stats: Stats }) {
  return (
    <div className={css['charts']}>
      {LINES.map(({ label, of, show = countText }) => {
        const whole = of(total);
        return (
          <Chart
            key={label}
            label={label}
            total={whole === null ? '–' : show(whole)}
            days={data.map((day: DayFigures) => ({ day: day.day, value: of(day) }))}
            show={show}
          />
        );
      })}
    </div>
  );
}
