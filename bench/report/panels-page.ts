/** A line of a panel: seconds since the start, and values. */
export interface Series {
  label: string;
  points: (readonly [seconds: number, value: number])[];
}

/** A panel of the dashboard with the values that Prometheus returned for its queries. */
export interface Panel {
  title: string;
  series: Series[];
}

const WIDTH = 280;
const HEIGHT = 110;
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700', '#8250df', '#0a7ea4', '#bf3989', '#57606a'];
/** Names under a panel; more would not fit. */
const NAMES = 6;

/** A page with a drawing of each panel, for a picture in the documents. */
export const panelsPage = (panels: readonly Panel[]): string => `<!doctype html><meta charset="utf-8"><style>
  body { font: 12px system-ui, sans-serif; margin: 12px; display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px }
  section { border: 1px solid #d0d7de; border-radius: 6px; padding: 8px; overflow: hidden }
  h2 { font-size: 13px; margin: 0 0 4px } p { margin: 2px 0 0; font-size: 10px; line-height: 1.3 }
</style>${panels.map(drawPanel).join('')}`;

function drawPanel({ title, series }: Panel): string {
  const points = series.flatMap((one) => one.points.filter(([, value]) => Number.isFinite(value)));
  const highest = Math.max(0, ...points.map(([, value]) => value));
  const top = highest === 0 ? 1 : highest;
  const end = Math.max(...points.map(([seconds]) => seconds), 1);
  const lines = series.map(
    (one, at) =>
      `<polyline fill="none" stroke="${COLOURS[at % COLOURS.length]}" stroke-width="1.4" points="${one.points
        .filter(([, value]) => Number.isFinite(value))
        .map(
          ([seconds, value]) =>
            `${((seconds / end) * WIDTH).toFixed(1)},${(HEIGHT - (value / top) * (HEIGHT - 4)).toFixed(1)}`,
        )
        .join(' ')}"/>`,
  );
  const names = series
    .slice(0, NAMES)
    .map((one, at) => `<span style="color:${COLOURS[at % COLOURS.length]}">■</span> ${one.label || title}`);
  const scale =
    points.length === 0 ? 'no values in this run' : `0 – ${highest === 0 ? 0 : highest.toPrecision(2)}`;
  return `<section><h2>${title}</h2><svg width="${WIDTH}" height="${HEIGHT}">${lines.join('')}</svg>
    <p>${scale}</p><p>${names.join(' &nbsp; ')}</p></section>`;
}
