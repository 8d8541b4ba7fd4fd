import { compileSql } from './compile-sql.js';

it.each([
  ['nothing', 'select 1', 'select 1', []],
  ['one', 'select :a', 'select $1', ['a']],
  ['in the order in which they first occur', 'select :b, :a, :b', 'select $1, $2, $1', ['b', 'a']],
  ['more than nine', ':a:b:c:d:e:f:g:h:i:j:a', '$1$2$3$4$5$6$7$8$9$10$1', [...'abcdefghij']],
  ['a cast', 'select :a::uuid, b::text', 'select $1::uuid, b::text', ['a']],
  ['a cast with a blank', 'select :a :: uuid', 'select $1 :: uuid', ['a']],
  ['an array of one', ':ids::uuid[]', '$1::uuid[]', ['ids']],
  ['a name that another one begins with', ':now :nowOrNever', '$1 $2', ['now', 'nowOrNever']],
  ['with digits and underscores', ':a1_b', '$1', ['a1_b']],
  ['beside an operator', 'a<:a and b=:b', 'a<$1 and b=$2', ['a', 'b']],
  ['an assignment, a slice of numbers', 'a := 1, b[1:2]', 'a := 1, b[1:2]', []],
  ['a string', "':a' || :b", "':a' || $1", ['b']],
  ['a string with a quote', "'it''s :a', :b", "'it''s :a', $1", ['b']],
  ['a string with a backslash at its end', "'\\', :a", "'\\', $1", ['a']],
  ['an escaped string', "e'\\':a', :b", "e'\\':a', $1", ['b']],
  ['a string behind a name that ends in e', "date'2:a', :b", "date'2:a', $1", ['b']],
  ['a quoted name', '":a" = :b', '":a" = $1', ['b']],
  ['a comment to the end of the line', '-- :a\n:b', '-- :a\n$1', ['b']],
  ['a comment at the end', ':b -- :a', '$1 -- :a', ['b']],
  ['a comment in comments', '/* :a /* :b */ :c */ :d', '/* :a /* :b */ :c */ $1', ['d']],
  ['a body', '$$ :a $$ :b', '$$ :a $$ $1', ['b']],
  ['a tagged body', '$f$ :a $$ $f$ :b', '$f$ :a $$ $f$ $1', ['b']],
  ['a name with a dollar', 'a$1 = :b', 'a$1 = $1', ['b']],
])('%s', (_, source, text, parameters) => {
  expect(compileSql(source, 'test')).toEqual({ text, parameters });
});

it.each([
  ['a number in place of a name', 'select $1', 'test: $1 stands in the text'],
  ['a string', "select 'a", 'test: the text, name or comment that begins at "\'a" has no end'],
  ['a quoted name', 'select "a', 'has no end'],
  ['a comment', 'select /* /* */', 'has no end'],
  ['a body', 'do $$ begin', 'has no end'],
])('refuses %s', (_, source, message) => {
  expect(() => compileSql(source, 'test')).toThrow(message);
});
