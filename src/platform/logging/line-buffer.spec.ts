import { setTimeout as pause } from 'node:timers/promises';
import { LineBuffer } from './line-buffer.js';

const collect = () => {
  const writes: string[] = [];
  return { writes, buffer: new LineBuffer({ write: (text) => void writes.push(text) }) };
};

it('lines of the same moment are written together, in their order', async () => {
  const { writes, buffer } = collect();
  buffer.write('a\n');
  buffer.write('b\n');
  expect(writes).toEqual([]);
  while (writes.length === 0) await pause(1);
  expect(writes).toEqual(['a\nb\n']);
});

it('a full buffer is written without a wait', () => {
  const { writes, buffer } = collect();
  buffer.write('x'.repeat(20_000));
  expect(writes).toHaveLength(1);
});

it('the remaining lines are written once, by flush', () => {
  const { writes, buffer } = collect();
  buffer.write('last\n');
  buffer.flush();
  buffer.flush();
  expect(writes).toEqual(['last\n']);
});
