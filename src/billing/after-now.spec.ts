import { AfterNow } from './after-now.js';

it('whoever asks gets a look that begins after he has asked, and a burst costs two', async () => {
  let moment = 0;
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const looks = new AfterNow(async () => {
    const began = ++moment;
    begun.push(began);
    await new Promise<void>((end) => ends.push(end));
    return began;
  });
  const ask = () => {
    const asked = ++moment;
    return looks.ask('k').then((began) => began > asked);
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

it('one that fails keeps nobody from the next, and keys know nothing of each other', async () => {
  let fails = true;
  const looks = new AfterNow(async (key: string) => {
    await new Promise(setImmediate);
    if (fails && key === 'a') throw new Error('no');
    return key;
  });
  const [first, second, other] = [looks.ask('a'), looks.ask('a'), looks.ask('b')];
  await expect(first).rejects.toThrow('no');
  fails = false;
  expect(await second).toBe('a');
  expect(await other).toBe('b');
});

it('who asks between the end of one and the beginning of the next shares the next', async () => {
  let looks = 0;
  const counted = new AfterNow(async () => {
    looks += 1;
    await new Promise(setImmediate);
  });
  const first = counted.ask('k');
  const second = counted.ask('k');
  const third = first.then(() => counted.ask('k'));
  await Promise.all([first, second, third]);
  expect(looks).toBe(2);
});
