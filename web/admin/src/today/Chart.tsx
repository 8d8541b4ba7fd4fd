import css from '../parts/parts.module.css';
import { texts } from '../texts.js';

interface Props {
  label: string;
  /** The number above the bars. */
  total: string;
  days: readonly { day: string; value: number | null }[];
  show: (value: number) => string;
}

/** Units of the drawing, which the style stretches to the width of the page. */
const HEIGHT = 60;
const STEP = 10;
const GAP = 2;
/** A day with a number is visible, however small it is. */
const LEAST = 1.5;

/** One bar a day. A number without a value, such as a time without a reply, leaves a gap. */
export function Chart({ label, total, days, show }: Props) {
  const known = days.map(({ value }) => value).filter((value) => value !== null);
  const highest = Math.max(0, ...known);
  const lowest = known.length === 0 ? 0 : Math.min(...known);
  return (
    <figure className={css['chart']}>
      <figcaption>
        {label} <strong>{total}</strong>
      </figcaption>
      <svg
        role="img"
        aria-label={texts.today.chart(label, show(lowest), show(highest), days.length)}
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {days.map(({ day, value }, nth) => {
          const height = value ? Math.max(LEAST, (value / highest) * HEIGHT) : 0;
          return (
            <rect key={day} x={nth * STEP} y={HEIGHT - height} width={STEP - GAP} height={height}>
              <title>{`${day}: ${value === null ? '–' : show(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <p className={css['axis']} aria-hidden="true">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
    </figure>
  );
}
