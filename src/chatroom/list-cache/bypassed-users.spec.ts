import { BypassedUsers } from './bypassed-users.js';

const at = (stamp: number) => ({ userId: 'u', stamp });

it('an event of an earlier settlement does not end a later bypass', () => {
  const users = new BypassedUsers();
  users.addRecorded(at(2));
  users.removeRecorded(at(1));
  expect(users.has('u')).toBe(true);
  users.removeRecorded(at(2));
  expect(users.has('u')).toBe(false);
});

it('settling one write does not end the bypass of a later write that is not recorded yet', () => {
  const users = new BypassedUsers();
  const first = users.addUnrecorded('u');
  const second = users.addUnrecorded('u');
  users.removeUnrecorded('u', first);
  expect(users.has('u')).toBe(true);
  users.removeUnrecorded('u', second);
  expect(users.has('u')).toBe(false);
});

it('a read of the table keeps the bypasses that were added during the read', () => {
  const users = new BypassedUsers();
  users.addRecorded(at(1));
  const before = users.listRecorded();
  users.addRecorded(at(2));
  users.addRecorded({ userId: 'new', stamp: 3 });
  users.reconcile(before, []);
  expect(users.listRecorded()).toEqual([at(2), { userId: 'new', stamp: 3 }]);
});

it('a read of the table ends bypasses whose settlement was missed', () => {
  const users = new BypassedUsers();
  users.addRecorded(at(1));
  users.reconcile(users.listRecorded(), [{ userId: 'other', stamp: 5 }]);
  expect(users.listRecorded()).toEqual([{ userId: 'other', stamp: 5 }]);
});
