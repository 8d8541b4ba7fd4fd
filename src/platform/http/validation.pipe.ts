import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { aliasesOf } from './alias.decorator.js';
import { StrictPageQuery } from './page.js';
import type { FieldProblemCode } from './problem-table.js';
import { Problem, type FieldError } from './problem.js';

/** Constraint names of class-validator and what they are called on the wire. */
const CODES: Record<string, FieldProblemCode> = {
  whitelistValidation: 'unknown_field',
  isString: 'invalid_type',
  isBoolean: 'invalid_type',
  isInt: 'invalid_type',
  isObject: 'invalid_type',
  isIn: 'not_allowed',
  isEnum: 'not_allowed',
  min: 'out_of_range',
  max: 'out_of_range',
};

/**
 * Validates bodies and queries against their DTO class: unknown body fields are refused, unknown query parameters dropped,
 * except those of a {@link StrictPageQuery}.
 */
@Injectable()
export class DtoValidationPipe extends ValidationPipe {
  private readonly query = new ValidationPipe({
    transform: true,
    whitelist: true,
    exceptionFactory: toProblem,
  });

  constructor() {
    super({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory: toProblem });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query') return this.transformQuery(value as Record<string, unknown>, metadata);
    if (metadata.type !== 'body') return value;
    // A body is never required where none is needed: an absent one is {}.
    const body = value ?? {};
    if (typeof body !== 'object' || Array.isArray(body))
      throw Problem.field('', 'invalid_type', 'The body must be a JSON object.');
    return super.transform(resolveAliases(body as Record<string, unknown>, metadata), metadata) as unknown;
  }

  private transformQuery(query: Record<string, unknown>, metadata: ArgumentMetadata): Promise<unknown> {
    const isStrict = metadata.metatype?.prototype instanceof StrictPageQuery;
    const resolved = resolveAliases(query, metadata);
    return isStrict ? super.transform(resolved, metadata) : this.query.transform(resolved, metadata);
  }
}

function resolveAliases(
  sent: Record<string, unknown>,
  { metatype }: ArgumentMetadata,
): Record<string, unknown> {
  const aliases = metatype ? aliasesOf(metatype) : new Map<string, string>();
  if (aliases.size === 0) return sent;
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(sent)) {
    const field = aliases.get(name) ?? name;
    if (Object.hasOwn(resolved, field))
      throw Problem.field(name, 'alias_conflict', `Send ${field} or its alias, not both.`);
    resolved[field] = value;
  }
  return resolved;
}

function toProblem(errors: ValidationError[]): Problem {
  return new Problem('validation_failed', 'The request has fields that are not valid.', {
    errors: errors.flatMap((error) => fieldErrors(error, '')),
  });
}

function fieldErrors(error: ValidationError, prefix: string): FieldError[] {
  const field = prefix + error.property;
  const nested = (error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`));
  if (!error.constraints) return nested;
  if (error.value === undefined && !error.constraints['whitelistValidation'])
    return [{ field, code: 'required', message: `${field} is required.` }, ...nested];
  // One error a field: the last constraint that class-validator reports is the first one written.
  const [constraint, message] = Object.entries(error.constraints).at(-1)!;
  const code =
    (error.contexts?.[constraint] as { code?: FieldProblemCode } | undefined)?.code ?? CODES[constraint];
  return [{ field, code: code ?? 'invalid', message: describe(constraint, field, message) }, ...nested];
}

function describe(constraint: string, field: string, message: string): string {
  return constraint === 'whitelistValidation' ? `There is no field ${field} here.` : message;
}
