import { CoalescedRefresh } from './coalesced-refresh.js';

it('each caller gets a read that begins after its call, and a burst costs two reads', async () => {
  let moment = 0;
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const refresh = new CoalescedRefresh<number>();
  const read = async () => {
    const began = ++moment;
    begun.push(began);
    await new Promise<void>((end) => ends.push(end));
    return began;
  };
  const ask = () => {
    const asked = ++moment;
    return refresh.ask('k', read).then((began) => began > asked);
  };
  const asked = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  ends.shift()!();
  await asked[0];
  await new Promise(setImmediate);
  asked.push(ask());
  expect(begun).toHaveLength(2);
  ends.shift()!();
  await Promise.all([asked[1], asked[2]]);
  await new Promise(setImmediate);
  ends.shift()!();
  expect(await Promise.all(asked)).toEqual([true, true, true, true]);
  expect(begun).toHaveLength(3);
});

it('a failed read does not fail the next read or the read of another key', async () => {
  let fails = true;
  const refresh = new CoalescedRefresh<string>();
  const ask = (key: string) =>
    refresh.ask(key, async () => {
      await new Promise(setImmediate);
      if (fails && key === 'a') throw new Error('no');
      return key;
    });
  const [first, second, other] = [ask('a'), ask('a'), ask('b')];
  await expect(first).rejects.toThrow('no');
  fails = false;
  expect(await second).toBe('a');
  expect(await other).toBe('b');
});

it('a caller between the end of one read and the beginning of the next shares the next', async () => {
  let reads = 0;
  const refresh = new CoalescedRefresh<void>();
  const ask = () =>
    refresh.ask('k', async () => {
      reads += 1;
      await new Promise(setImmediate);
    });
  const first = ask();
  const second = ask();
  const third = first.then(ask);
  await Promise.all([first, second, third]);
  expect(reads).toBe(2);
});
