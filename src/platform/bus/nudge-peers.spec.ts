import { NudgePeers } from './nudge-peers.js';

let now = 0;
let peers: NudgePeers;
beforeEach(() => {
  now = 0;
  peers = new NudgePeers(() => now);
});
const beat = (sent: number, listens = false) => peers.beat('p', { sent, listens });
/** Whether a gap is seen while the process goes on beating for some seconds. */
function gapIn(seconds: number, sent: number): boolean {
  let hasGap = false;
  for (let tick = 0; tick < seconds * 4; tick += 1) {
    now += 250;
    if (tick % 4 === 3) beat(sent);
    hasGap = peers.takeGap() || hasGap;
  }
  return hasGap;
}

it('nudges that arrive in any order are no gap', () => {
  beat(0);
  for (const seq of [1, 0, 3, 2, 2]) peers.take('p', seq);
  expect(gapIn(5, 4)).toBe(false);
});

it('a nudge that arrives after the beat that counts it is no gap', () => {
  beat(0);
  beat(1);
  now += 900;
  peers.take('p', 0);
  expect(gapIn(5, 1)).toBe(false);
});

it.each([
  ['the first', [1, 2]],
  ['one in the middle', [0, 2]],
  ['the last', [0, 1]],
  ['every', []],
])('when %s nudge is lost there is one gap, and later nudges are none', (_, arrived) => {
  beat(0);
  for (const seq of arrived) peers.take('p', seq);
  expect(gapIn(3, 3)).toBe(true);
  peers.take('p', 3);
  expect(gapIn(5, 4)).toBe(false);
});

it('a process that falls silent is a gap, once: it may have died between a commit and its nudge', () => {
  beat(0);
  now += 3400;
  expect(peers.takeGap()).toBe(false);
  now += 200;
  expect([peers.takeGap(), peers.takeGap()]).toEqual([true, false]);
});

it('a process that has counted nudges before it was heard is a gap', () => {
  beat(7);
  expect(gapIn(3, 7)).toBe(true);
});

it('a process listens until it says otherwise or falls silent', () => {
  beat(0, true);
  expect(peers.someListen).toBe(true);
  beat(0, false);
  expect(peers.someListen).toBe(false);
  beat(0, true);
  now += 4000;
  peers.takeGap();
  expect(peers.someListen).toBe(false);
});
