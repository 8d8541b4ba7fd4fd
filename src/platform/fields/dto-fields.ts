import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

const known = new Map<Type, ReadonlySet<string>>();

/** The names of a DTO's fields: those that have a rule, its own and inherited ones. */
export function fieldsOf(dto: Type): ReadonlySet<string> {
  let fields = known.get(dto);
  if (!fields) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
    fields = new Set(rules.map(({ propertyName }) => propertyName));
    known.set(dto, fields);
  }
  return fields;
}
