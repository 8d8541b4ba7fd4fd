import { statement, statements } from './statement.js';

const FIND = statement<{ userId: string; roomId: string | null }, { id: string }>(
  'spec-find',
  'select id from rooms where user_id = :userId and (:roomId::uuid is null or id = :roomId)',
);

it('binds parameters by their names, each once', () => {
  expect(FIND.bind({ roomId: null, userId: 'u' })).toEqual({
    name: 'spec-find',
    text: 'select id from rooms where user_id = $1 and ($2::uuid is null or id = $2)',
    values: ['u', null],
  });
});

it('refuses a missing parameter', () => {
  FIND.bind({ userId: 'u', roomId: 'r' });
  // @ts-expect-error the type refuses it, too
  expect(() => FIND.bind({ userId: 'u' })).toThrow('spec-find: the parameter "roomId" is missing');
  const half = { userId: 'u', roomId: undefined as unknown as string };
  expect(() => FIND.bind(half)).toThrow('spec-find: the parameter "roomId" is missing');
});

it('takes no parameter that its type does not name', () => {
  // @ts-expect-error the type refuses it, too
  expect(FIND.bind({ userId: 'u', roomId: 'r', romId: 'r' }).values).toEqual(['u', 'r']);
});

it('is one of all statements, and the only one of its name', () => {
  expect(statements().map(({ name }) => name)).toContain('spec-find');
  expect(() => statement('spec-find', 'select 1')).toThrow('two statements are named spec-find');
});
