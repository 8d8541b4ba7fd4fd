import { totalOf, type Consumption } from '../answers/figures.js';
import { ANSWER_CONNECTIONS } from '../answers/plan.js';
import type { ProcessFigures } from '../scale/figures.js';

const WIDTH = 720;
const LABEL = 180;
const ROW = 34;
const BAR = 20;
const TOP = 80;
/** Room for the sum at the right of the longest bar. */
const RIGHT = 90;

const PARTS: (keyof Consumption)[] = ['api', 'worker', 'postgres', 'redis'];
const NAMES: Record<keyof Consumption, string> = {
  api: 'API',
  worker: 'worker',
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

/** docs/scaling.svg: processor time of one answer by program, with more and more processes. Light and dark. */
export function scaleChart(processes: ProcessFigures[]): string {
  const all = processes.flatMap(({ consumption, ...one }) => (consumption ? [{ ...one, consumption }] : []));
  const longest = Math.max(...all.map(({ consumption }) => totalOf(consumption)));
  const scale = (WIDTH - LABEL - RIGHT) / longest;
  const height = TOP + all.length * ROW + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">Processor time of one answer: ${all.map((one) => `${name(one)} ${sum(one.consumption)}`).join('; ')}</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .head { font-size: 15px; font-weight: 600 }
  .quiet { fill: #6e7781 }
  .api { fill: #1a7f5a }
  .worker { fill: #2f6feb }
  .postgres { fill: #bc4c00 }
  .redis { fill: #a40e26 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #8b949e }
  }
</style>
<text x="12" y="24" class="head">Processor time of one answer, with more processes on the same machine</text>
${PARTS.map(legend).join('\n')}
${all.map((one, nth) => row(one, nth, scale)).join('\n')}
</svg>
`;
}

type Row = Omit<ProcessFigures, 'consumption'> & { consumption: Consumption };

const name = ({ apis, workers, connections }: Omit<ProcessFigures, 'consumption'>): string =>
  `${apis} API × ${workers} worker${connections < ANSWER_CONNECTIONS ? ', ¼ load' : ''}`;
const sum = (consumption: Consumption): string => `${(totalOf(consumption) / 1000).toFixed(1)} ms`;

const legend = (part: keyof Consumption, nth: number): string =>
  `<rect x="${12 + nth * 110}" y="42" width="12" height="12" rx="2" class="${part}"/><text x="${30 + nth * 110}" y="53" class="quiet">${NAMES[part]}</text>`;

function row(one: Row, nth: number, scale: number): string {
  const top = TOP + nth * ROW;
  let x = LABEL;
  const bars = PARTS.map((part) => {
    const width = one.consumption[part] * scale;
    const bar = `<rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${BAR}" class="${part}"/>`;
    x += width;
    return bar;
  });
  return `<text x="12" y="${top + 15}">${name(one)}</text>
${bars.join('\n')}
<text x="${(x + 8).toFixed(1)}" y="${top + 15}">${sum(one.consumption)}</text>`;
}
