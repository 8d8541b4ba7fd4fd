import type { Comparison } from '../comparison.js';
import { shareOf, targetShare } from './results.js';

const WIDTH = 720;
const LABEL = 190;
const ROW = 64;
const BAR = 18;
const TOP = 56;
/** The longest bar that fits: a little more than the bare server's. */
const FULL_SHARE = 1.15;
const SCALE = (WIDTH - LABEL - 30) / FULL_SHARE;

const x = (share: number): number => LABEL + Math.min(share, FULL_SHARE) * SCALE;
const rounded = (value: number): string => Math.round(value).toLocaleString('en');

/** docs/bench.svg: the share of the bare server's throughput that remains with all features on. Light and dark. */
export function chart(comparisons: Comparison[]): string {
  const height = TOP + comparisons.length * ROW + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">${comparisons.map(sentence).join('; ')}</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .head { font-size: 15px; font-weight: 600 }
  .quiet { fill: #6e7781 }
  .product { fill: #1a7f5a }
  .bare { fill: #c9d1d9 }
  .target { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #8b949e }
    .product { fill: #3fb984 }
    .bare { fill: #484f58 }
    .target { stroke: #f0883e }
  }
</style>
<text x="12" y="24" class="head">Requests per second, everything on, against a bare server</text>
<text x="12" y="43" class="quiet">medians of interleaved runs, 32 connections</text>
${comparisons.map(row).join('\n')}
<line x1="${LABEL}" y1="${height - 18}" x2="${LABEL + 24}" y2="${height - 18}" class="target"/>
<text x="${LABEL + 32}" y="${height - 13}" class="quiet">target</text>
</svg>
`;
}

function row(comparison: Comparison, index: number): string {
  const top = TOP + index * ROW + 8;
  const target = x(targetShare(comparison));
  const share = shareOf(comparison);
  return `<text x="12" y="${top + 23}">${comparison.name}</text>
<rect x="${LABEL}" y="${top}" width="${x(share) - LABEL}" height="${BAR}" rx="3" class="product"/>
<text x="${LABEL + 8}" y="${top + 14}" style="fill:#fff">product ${rounded(comparison.product.requestsPerSecond)}/s = ${share.toFixed(2)} of bare</text>
<rect x="${LABEL}" y="${top + BAR + 4}" width="${x(1) - LABEL}" height="${BAR}" rx="3" class="bare"/>
<text x="${LABEL + 8}" y="${top + BAR + 18}">bare ${rounded(comparison.bare.requestsPerSecond)}/s</text>
<line x1="${target}" y1="${top - 4}" x2="${target}" y2="${top + 2 * BAR + 8}" class="target"/>`;
}

const sentence = (comparison: Comparison): string =>
  `${comparison.name}: ${shareOf(comparison).toFixed(2)} of a bare server`;
