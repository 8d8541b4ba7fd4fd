import { jest } from '@jest/globals';
import { ValidationPipe } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { Alias } from './alias.decorator.js';
import { PageQuery, StrictPageQuery } from './page.js';
import { Problem } from '../problem/problem.js';
import { DtoValidationPipe } from './validation.pipe.js';

class Dto {
  @IsString()
  name!: string;

  @IsOptional()
  @Alias('text')
  @IsString()
  content?: string;
}
class Child extends Dto {}
class Query extends PageQuery {}
class Strict extends StrictPageQuery {}

const pipe = new DtoValidationPipe();
const refused = (value: unknown, metatype: new () => object, type: 'body' | 'query' = 'body') =>
  pipe.transform(value, { type, metatype }).then(
    () => [],
    (problem: Problem) => problem.errors!.map(({ field, code }) => `${field} ${code}`),
  );
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));

it('own and inherited fields are accepted, and aliases become the field’s name', async () => {
  const taken = await pipe.transform({ name: 'a', text: 'b' }, { type: 'body', metatype: Child });
  expect(taken).toEqual({ name: 'a', content: 'b' });
  expect(taken).toBeInstanceOf(Child);
});

it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf', '__proto__', '__lookupGetter__'])(
  'the name %s, which every object has, is no field of a body and none of a strict query',
  async (name) => {
    const sent = Object.defineProperty({ name: 'a' }, name, { value: 1, enumerable: true });
    expect(await refused(sent, Child)).toEqual([`${name} unknown_field`]);
    expect(await refused({ [`${name}x`]: 1 }, Strict, 'query')).toEqual([`${name}x unknown_field`]);
    expect(await refused(sent, Query, 'query')).toEqual([]);
  },
);

it('unknown and invalid fields are reported together, at most 20', async () => {
  expect(await refused({ nmae: 'a', content: 1 }, Dto)).toEqual([
    'nmae unknown_field',
    'name required',
    'content invalid_type',
  ]);
  expect(await refused(many(1000), Dto)).toHaveLength(20);
});

it('unknown fields never reach class-transformer, whose work grows with the square of their number', async () => {
  const seen = jest.spyOn(ValidationPipe.prototype, 'transform');
  expect(await refused({ ...many(8000), name: 1 }, Dto)).toHaveLength(20);
  expect(await refused(many(8000), Query, 'query')).toEqual([]);
  expect(seen.mock.calls.map(([value]) => Object.keys(value as object))).toEqual([['name'], []]);
  seen.mockRestore();
});
