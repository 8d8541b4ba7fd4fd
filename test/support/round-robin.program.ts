import { RoundRobinProxy } from './round-robin-proxy.js';

/** The load balancer of a fleet as a process. It gets its targets by message, when they listen, and confirms them. */
const proxy = await RoundRobinProxy.to([]);
process.on('message', ({ targets, pinned }: { targets: string[]; pinned: Record<string, string> }) => {
  proxy.targets.push(...targets);
  for (const [prefix, target] of Object.entries(pinned)) proxy.pinned.set(prefix, target);
  process.send!({ targets });
});
process.send!({ listening: proxy.url });
