import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsString, registerDecorator, ValidateIf } from 'class-validator';
import type { FieldProblemCode } from '../problem/problem-table.js';
import { isWellFormedText } from './well-formed.js';

/** How a field may be left out: `required`, absent (`optional`), or absent and clearable with null (`nullable`). */
export type Presence = 'required' | 'optional' | 'nullable';

interface FieldOptions {
  description: string;
  example?: unknown;
  presence?: Presence;
}

export interface TextFieldOptions extends FieldOptions {
  /** Least and greatest length in Unicode code points, counted after trimming. */
  min: number;
  max: number;
  /** False keeps white space at both ends, for passwords. */
  trim?: boolean;
}

/** A text: trimmed, of bounded length, without NUL (which PostgreSQL refuses) and lone surrogates (which JSON cannot hold). */
export function TextField(options: TextFieldOptions): PropertyDecorator {
  const { min, max, trim = true, presence = 'required' } = options;
  return applyDecorators(
    property(presence, {
      type: String,
      description: options.description,
      example: options.example,
      minLength: min,
      maxLength: max,
    }),
    presenceRule(presence),
    ...(trim
      ? [Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))]
      : []),
    rule(
      'wellFormed',
      'invalid_characters',
      isWellFormedText,
      (f) => `${f} contains NUL or a lone surrogate.`,
    ),
    rule(
      'maxCodePoints',
      'too_long',
      (v) => codePoints(v) <= max,
      (f) => `${f} has more than ${max} characters.`,
    ),
    rule(
      'minCodePoints',
      'too_short',
      (v) => codePoints(v) >= min,
      (f) => (min === 1 ? `${f} is empty.` : `${f} has fewer than ${min} characters.`),
    ),
    IsString({ message: '$property must be a string.' }),
  );
}

export interface TextListFieldOptions extends FieldOptions {
  /** Most texts. */
  maxItems: number;
  /** Least and greatest length of each text in Unicode code points, counted after trimming. */
  min: number;
  max: number;
}

/** A list of texts, each as {@link TextField} takes it; a text that occurs twice is kept once. */
export function TextListField(options: TextListFieldOptions): PropertyDecorator {
  const { maxItems, min, max, presence = 'required' } = options;
  const trimmed = (item: unknown) => (typeof item === 'string' ? item.trim() : item);
  return applyDecorators(
    property(presence, {
      type: 'array',
      items: { type: 'string', minLength: min, maxLength: max },
      maxItems,
      description: options.description,
      example: options.example,
    }),
    presenceRule(presence),
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? [...new Set(value.map(trimmed))] : value,
    ),
    listRule(
      'wellFormedItems',
      'invalid_characters',
      (texts) => texts.every(isWellFormedText),
      (f) => `${f} contains NUL or a lone surrogate.`,
    ),
    listRule(
      'maxItemCodePoints',
      'too_long',
      (texts) => texts.every((text) => codePoints(text) <= max),
      (f) => `${f} has an item with more than ${max} characters.`,
    ),
    listRule(
      'minItemCodePoints',
      'too_short',
      (texts) => texts.every((text) => codePoints(text) >= min),
      (f) => `${f} has an item that is too short.`,
    ),
    listRule(
      'maxItems',
      'too_long',
      (texts) => texts.length <= maxItems,
      (f) => `${f} has more than ${maxItems} items.`,
    ),
    IsString({ each: true, message: '$property must be a list of strings.' }),
    IsArray({ message: '$property must be a list of strings.' }),
  );
}

/** A boolean. */
export function BooleanField(options: FieldOptions): PropertyDecorator {
  const { presence = 'required' } = options;
  return applyDecorators(
    property(presence, { type: Boolean, description: options.description, example: options.example }),
    presenceRule(presence),
    IsBoolean({ message: '$property must be true or false.' }),
  );
}

/** One of a closed list of words. */
export function ChoiceField(options: FieldOptions & { choices: readonly string[] }): PropertyDecorator {
  const { presence = 'required', choices } = options;
  return applyDecorators(
    property(presence, {
      type: String,
      enum: [...choices],
      description: options.description,
      example: options.example,
    }),
    presenceRule(presence),
    IsIn(choices, { message: `$property must be one of: ${choices.join(', ')}.` }),
  );
}

/** A validation rule with the field code of its error. It passes values that are not strings: IsString reports those. */
export function rule(
  name: string,
  code: FieldProblemCode,
  holds: (value: string) => boolean,
  message: (field: string) => string,
): PropertyDecorator {
  return (target, propertyKey) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyKey),
      options: { message: () => message(String(propertyKey)), context: { code } },
      validator: { validate: (value: unknown) => typeof value !== 'string' || holds(value) },
    });
}

/** A {@link rule} about a list of strings; other values are reported by IsArray and IsString. */
function listRule(
  name: string,
  code: FieldProblemCode,
  holds: (texts: string[]) => boolean,
  message: (field: string) => string,
): PropertyDecorator {
  const isTexts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string');
  return (target, propertyKey) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyKey),
      options: { message: () => message(String(propertyKey)), context: { code } },
      validator: { validate: (value: unknown) => !isTexts(value) || holds(value) },
    });
}

/** The OpenAPI description of a field. */
export function property(presence: Presence, options: ApiPropertyOptions): PropertyDecorator {
  if (presence === 'required') return ApiProperty(options);
  return ApiPropertyOptional({
    ...options,
    ...(presence === 'nullable' && { nullable: true }),
  });
}

/** The validation rule for an absent or null field. */
export function presenceRule(presence: Presence): PropertyDecorator {
  switch (presence) {
    case 'required':
      return () => undefined;
    case 'optional':
      return ValidateIf((_, value) => value !== undefined);
    case 'nullable':
      return ValidateIf((_, value) => value !== undefined && value !== null);
  }
}

/** Length in Unicode code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
