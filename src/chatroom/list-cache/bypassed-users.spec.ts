import { BypassedUsers } from './bypassed-users.js';

const at = (stamp: number) => ({ userId: 'u', stamp });

it('news of an earlier settlement does not end a later bypass', () => {
  const users = new BypassedUsers();
  users.raise(at(2));
  users.lower(at(1));
  expect(users.has('u')).toBe(true);
  users.lower(at(2));
  expect(users.has('u')).toBe(false);
});

it('a settled write does not end the bypass of a later one that is not written down yet', () => {
  const users = new BypassedUsers();
  const first = users.begin('u');
  const second = users.begin('u');
  users.end('u', first);
  expect(users.has('u')).toBe(true);
  users.end('u', second);
  expect(users.has('u')).toBe(false);
});

it('a reading of the table keeps what was told while it was read', () => {
  const users = new BypassedUsers();
  users.raise(at(1));
  const before = users.snapshot();
  users.raise(at(2));
  users.raise({ userId: 'new', stamp: 3 });
  users.replace(before, []);
  expect(users.snapshot()).toEqual([at(2), { userId: 'new', stamp: 3 }]);
});

it('a reading of the table ends what was settled unheard', () => {
  const users = new BypassedUsers();
  users.raise(at(1));
  users.replace(users.snapshot(), [{ userId: 'other', stamp: 5 }]);
  expect(users.snapshot()).toEqual([{ userId: 'other', stamp: 5 }]);
});
