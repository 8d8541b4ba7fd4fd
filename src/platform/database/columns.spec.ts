import { Column, Entity, PrimaryColumn } from 'typeorm';
import { changesTo, columnsNamed, columnsOf, insertion, setChanged } from './columns.js';

@Entity('things')
class Thing {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'given_name', nullable: true })
  givenName!: string | null;

  @Column('date')
  day!: string;

  @Column('bigint', { name: 'byte_count' })
  byteCount!: number;
}

it('columnsOf reads every column under its property’s name, days as text and large numbers as numbers', () => {
  expect(columnsOf(Thing, 't')).toBe(
    't.id, t.given_name as "givenName", t.day::text as "day", t.byte_count::float8 as "byteCount"',
  );
});

it('columnsOf reads only the named properties, in their order', () => {
  expect(columnsOf(Thing, 't', ['givenName', 'id'])).toBe('t.given_name as "givenName", t.id');
});

it('columnsOf refuses a property without a column', () => {
  expect(() => columnsOf(Thing, 't', ['name' as 'id'])).toThrow('Thing has no column for "name"');
});

it('insertion makes parameters with the properties’ names and the columns’ types', () => {
  expect(insertion(Thing, ['id', 'givenName'])).toEqual({
    columns: 'id, given_name',
    values: ':id::uuid, :givenName::text',
  });
});

it('setChanged changes the given properties, also to null, and keeps the others', () => {
  expect(setChanged(Thing, 't', ['givenName'])).toBe(
    "given_name = case when 'givenName' = any(:changed::text[]) then :givenName::text else t.given_name end",
  );
  expect(changesTo<Thing, 'day' | 'givenName'>(['day', 'givenName'], { givenName: null })).toEqual({
    day: null,
    givenName: null,
    changed: ['givenName'],
  });
});

it('columnsNamed names the columns of a table without an entity', () => {
  expect(columnsNamed<Thing>('id', 'givenName')).toBe('id, given_name as "givenName"');
});
