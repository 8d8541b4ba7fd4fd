import { statement, statements } from './statement.js';

const FIND = statement<{ userId: string; roomId: string | null }, { id: string }>(
  'spec-find',
  'select id from rooms where user_id = :userId and (:roomId::uuid is null or id = :roomId)',
);

it('parameters are bound by name, each once', () => {
  expect(FIND.bind({ roomId: null, userId: 'u' })).toEqual({
    name: 'spec-find',
    text: 'select id from rooms where user_id = $1 and ($2::uuid is null or id = $2)',
    values: ['u', null],
  });
});

it('a missing parameter is refused', () => {
  FIND.bind({ userId: 'u', roomId: 'r' });
  // @ts-expect-error the type refuses it, too
  expect(() => FIND.bind({ userId: 'u' })).toThrow('spec-find: the parameter "roomId" is missing');
  const half = { userId: 'u', roomId: undefined as unknown as string };
  expect(() => FIND.bind(half)).toThrow('spec-find: the parameter "roomId" is missing');
});

it('a parameter that the statement’s type does not name fails to compile', () => {
  // @ts-expect-error the type refuses it, too
  expect(FIND.bind({ userId: 'u', roomId: 'r', romId: 'r' }).values).toEqual(['u', 'r']);
});

it('a statement is registered under a unique name', () => {
  expect(statements().map(({ name }) => name)).toContain('spec-find');
  expect(() => statement('spec-find', 'select 1')).toThrow('two statements are named spec-find');
});
