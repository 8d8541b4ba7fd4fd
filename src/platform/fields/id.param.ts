import { applyDecorators, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { isId } from '../crypto/id.js';
import { Problem } from '../problem/problem.js';

/** Answers a malformed id as an unknown one (404), so that the answer reveals nothing about the form of ids (promise 5). */
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw Problem.notFound();
    return value.toLowerCase();
  }
}

/** A path parameter that holds an id. */
export const IdParam = (name: string): ParameterDecorator => Param(name, new IdPipe());

/** Describes an id parameter of a route in OpenAPI. */
export const ApiIdParam = (name: string, description: string): MethodDecorator & ClassDecorator =>
  applyDecorators(ApiParam({ name, description, schema: { type: 'string', format: 'uuid' } }));
