/** The parts of a V8 CPU profile that are used here. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  samples: number[];
  timeDeltas: number[];
}

/** The packages' shares of the time of their own in the last seconds that was not idle, the largest first. */
export function packageShares(profile: CpuProfile, lastSeconds: number): [name: string, share: number][] {
  const { packages, busy } = timesOf(profile, lastSeconds);
  return [...packages].toSorted(([, a], [, b]) => b - a).map(([name, time]) => [name, time / busy]);
}

/** The functions and packages with the most self time in the last seconds, in percent of the time that was not idle. */
export function hottest(profile: CpuProfile, lastSeconds: number, count: number): string {
  const { functions, packages, busy } = timesOf(profile, lastSeconds);
  const list = (times: Map<string, number>) =>
    [...times]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  return `${list(packages)}\n\n${list(functions)}`;
}

function timesOf(profile: CpuProfile, lastSeconds: number) {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let left = profile.timeDeltas.reduce((sum, delta) => sum + delta, 0);
  let busy = 0;
  profile.samples.forEach((id, at) => {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const time = profile.timeDeltas[at] ?? 0;
    left -= time;
    if (left > lastSeconds * 1e6 || functionName === '(idle)' || functionName === '(program)') return;
    busy += time;
    add(functions, `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`, time);
    add(packages, packageOf(url), time);
  });
  return { functions, packages, busy };
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function packageOf(url: string): string {
  const inModules = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(url);
  if (inModules) return inModules[1]!;
  if (url.includes('/dist/')) return 'ours';
  return url === '' ? '(native)' : url.split('/', 1)[0]!;
}

const shortened = (url: string): string => url.replace(/^.*\/(?:node_modules|dist)\//, '');
