import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type Type,
  type ValidationError,
} from '@nestjs/common';
import { aliasesOf } from './alias.decorator.js';
import { fieldsOf } from './dto-fields.js';
import { shortened } from '../http/body/json-body.js';
import { StrictPageQuery } from './page.js';
import type { FieldProblemCode } from '../problem/problem-table.js';
import { Problem, type FieldError } from '../problem/problem.js';

/** Field codes on the wire, by constraint name of class-validator. */
const CODES: Record<string, FieldProblemCode> = {
  isString: 'invalid_type',
  isBoolean: 'invalid_type',
  isInt: 'invalid_type',
  isObject: 'invalid_type',
  isArray: 'invalid_type',
  isIn: 'not_allowed',
  isEnum: 'not_allowed',
  min: 'out_of_range',
  max: 'out_of_range',
};

type Sent = Record<string, unknown>;

/**
 * Validates bodies and queries against their DTO class. Unknown body fields, and unknown parameters of a
 * {@link StrictPageQuery}, are refused; other unknown query parameters are ignored. Names are compared before
 * class-transformer gets the object: its work grows with the square of the number of names, and class-validator accepts
 * inherited names such as `toString`.
 */
@Injectable()
export class DtoValidationPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory: toProblem });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query' && metadata.type !== 'body') return value;
    // An absent body counts as {}. The JSON text `null` is a body that is not an object.
    const sent = value === undefined ? {} : value;
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
      throw Problem.field('', 'invalid_type', 'The body must be a JSON object.');
    if (metadata.metatype === undefined) return sent;
    const { known, unknown } = sortFields(sent as Sent, metadata.metatype);
    const refusesUnknown = metadata.type === 'body' || metadata.metatype.prototype instanceof StrictPageQuery;
    if (unknown.length === 0 || !refusesUnknown) return super.transform(known, metadata) as unknown;
    // Reports the other errors as well: a misspelt field is often also a missing one.
    const others = await super.transform(known, metadata).then(() => [], errorsOf);
    throw invalidFields([...unknown.map(unknownField), ...others]);
  }
}

/** Separates the fields of the class from unknown ones, and replaces aliases by the field's name. */
function sortFields(sent: Sent, type: Type): { known: Sent; unknown: string[] } {
  const fields = fieldsOf(type);
  const aliases = aliasesOf(type);
  const known: Sent = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(sent)) {
    const field = aliases.get(name) ?? name;
    if (!fields.has(field)) unknown.push(name);
    else if (Object.hasOwn(known, field))
      throw Problem.field(name, 'alias_conflict', `Send ${field} or its alias, not both.`);
    else known[field] = value;
  }
  return { known, unknown };
}

function unknownField(name: string): FieldError {
  const field = shortened(name);
  return { field, code: 'unknown_field', message: `${field} is not a field of this request.` };
}

function errorsOf(problem: unknown): FieldError[] {
  if (problem instanceof Problem && problem.errors) return problem.errors;
  throw problem;
}

const toProblem = (errors: ValidationError[]): Problem =>
  invalidFields(errors.flatMap((error) => fieldErrors(error, '')));

function invalidFields(errors: FieldError[]): Problem {
  return new Problem('validation_failed', 'The request has invalid fields; `errors` lists them.', {
    errors,
  });
}

function fieldErrors(error: ValidationError, prefix: string): FieldError[] {
  const field = prefix + error.property;
  const nested = (error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`));
  if (!error.constraints) return nested;
  if (error.value === undefined)
    return [{ field, code: 'required', message: `${field} is required.` }, ...nested];
  // One error per field: class-validator reports the constraint that is written first last.
  const [constraint, message] = Object.entries(error.constraints).at(-1)!;
  const code =
    (error.contexts?.[constraint] as { code?: FieldProblemCode } | undefined)?.code ?? CODES[constraint];
  return [{ field, code: code ?? 'invalid', message }, ...nested];
}
