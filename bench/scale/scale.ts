import { Lab } from '../lab/lab.js';
import type { ScaleFigures } from './figures.js';
import { measureIdle } from './idle.js';
import { measureProcesses } from './processes.js';
import { measureSizes } from './sizes.js';
import { measureSoak } from './soak.js';

export const SCALE_PARTS = ['processes', 'sizes', 'idle', 'soak'] as const;
export type ScalePart = (typeof SCALE_PARTS)[number];

export interface ScaleEffort {
  parts: readonly ScalePart[];
  /** Also ten million messages. */
  withLargest: boolean;
  soakMinutes: number;
}

/** Up to 4 API processes and 4 workers with their pools, and three sites of rows. */
const SETTINGS = { max_connections: '300' };

/** Measures what more processes, more rows, more streams and more time cost. */
export async function measureScale(
  { parts, withLargest, soakMinutes }: ScaleEffort,
  say: (line: string) => void,
): Promise<ScaleFigures> {
  const lab = await Lab.open(SETTINGS);
  const found: ScaleFigures = { processes: [], sizes: [], idle: null, soak: null };
  const measure: Record<ScalePart, () => Promise<void>> = {
    processes: async () => void (found.processes = await measureProcesses(lab)),
    sizes: async () => void (found.sizes = await measureSizes(lab, withLargest)),
    idle: async () => void (found.idle = await measureIdle(lab)),
    soak: async () => void (found.soak = soakMinutes > 0 ? await measureSoak(lab, soakMinutes) : null),
  };
  for (const part of SCALE_PARTS) {
    if (!parts.includes(part)) continue;
    say(`scale: ${part} …`);
    await measure[part]();
  }
  await lab.close();
  return found;
}
