import { hasFreeMemory } from './redis-memory.js';

const info = (used: number, max: number, machine: number) =>
  `# Memory\r\nused_memory:${used}\r\nused_memory_rss:9\r\ntotal_system_memory:${machine}\r\nmaxmemory:${max}\r\nmaxmemory_policy:noeviction\r\n`;

it.each([
  ['less than half of maxmemory', info(499, 1000, 1e9), true],
  ['half of maxmemory', info(500, 1000, 1e9), false],
  ['less than half of the machine', info(499, 0, 1000), true],
  ['half of the machine', info(500, 0, 1000), false],
  ['a server that reports no memory', '# Server', true],
])('%s has room: %s', (_, text, isRoomy) => {
  expect(hasFreeMemory(text)).toBe(isRoomy);
});
