import fc from 'fast-check';
import type { Operation } from '../document.js';
import { bodyFault } from '../values/body-faults.js';
import type { SchemaValues } from '../values/schema-values.js';
import { ODD_HEADERS, USUAL_HEADERS } from './header-plans.js';
import {
  foreignId,
  oddActor,
  oddId,
  oddQuery,
  ownId,
  pathParameters,
  unknownQuery,
  validQuery,
} from './parameter-plans.js';
import type { Plan } from './plan.js';

/** Share of valid requests whose body is the operation's recipe, which succeeds more often than a generated one. */
const RECIPE = 3;

/** Plans of requests to one operation: valid ones, and ones with exactly one irregularity. */
export function requestPlans(operation: Operation, values: SchemaValues): fc.Arbitrary<Plan> {
  const valid = validPlan(operation, values);
  const ids = pathParameters(operation).map(({ name }) => name);
  const queries = operation.parameters.filter(({ in: place }) => place === 'query');
  const odd = (change: fc.Arbitrary<Partial<Plan>>): fc.Arbitrary<Plan> =>
    fc.tuple(valid, change).map(([plan, more]) => ({ ...plan, ...more }));
  const added = <K extends 'query' | 'headers'>(key: K, more: fc.Arbitrary<Plan[K]>): fc.Arbitrary<Plan> =>
    fc.tuple(valid, more).map(([plan, pairs]) => ({
      ...plan,
      [key]: [...plan[key].filter(([name]) => pairs.every(([other]) => other !== name)), ...pairs],
    }));
  const choices: fc.WeightedArbitrary<Plan>[] = [
    { weight: 8, arbitrary: valid },
    { weight: 3, arbitrary: added('headers', ODD_HEADERS) },
    { weight: 1, arbitrary: added('query', unknownQuery) },
    { weight: 1, arbitrary: odd(strangeForm) },
  ];
  if (operation.body)
    choices.push({
      weight: 8,
      arbitrary: fc
        .tuple(valid, bodyFault)
        .map(([plan, fault]) => ({ ...plan, body: { value: plan.body?.value ?? null, fault } })),
    });
  if (queries.length > 0)
    choices.push({ weight: 3, arbitrary: added('query', fc.constantFrom(...queries).chain(oddQuery)) });
  if (!operation.isOpen) choices.push({ weight: 1, arbitrary: odd(oddActor.map((actor) => ({ actor }))) });
  for (const id of ids)
    choices.push(
      { weight: 2, arbitrary: withId(valid, id, oddId) },
      // Compared with an unknown id: see the oracle.
      { weight: 2, arbitrary: withId(valid, id, foreignId) },
    );
  if (ids.length > 0 && operation.body)
    choices.push({
      weight: 1,
      arbitrary: fc
        .tuple(withId(valid, ids[0]!, foreignId), bodyFault)
        .map(([plan, fault]) => ({ ...plan, body: { value: plan.body?.value ?? null, fault } })),
    });
  return fc.oneof(...choices);
}

const withId = (valid: fc.Arbitrary<Plan>, name: string, pick: fc.Arbitrary<Plan['ids'][string]>) =>
  fc.tuple(valid, pick).map(([plan, id]): Plan => ({ ...plan, ids: { ...plan.ids, [name]: id } }));

const strangeForm: fc.Arbitrary<Partial<Plan>> = fc.oneof(
  fc
    .constantFrom('HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'PURGE', 'TRACE')
    .map((method) => ({ method })),
  fc
    .constantFrom<NonNullable<Plan['pathForm']>>('slash', 'double', 'upper', 'encoded')
    .map((pathForm) => ({ pathForm })),
  fc.nat(400).map((cutAfter) => ({ cutAfter })),
);

function validPlan(operation: Operation, values: SchemaValues): fc.Arbitrary<Plan> {
  const ids = Object.fromEntries(pathParameters(operation).map(({ name }) => [name, ownId]));
  const queries = operation.parameters
    .filter(({ in: place }) => place === 'query')
    .map((parameter) => {
      const valid = validQuery(parameter, values);
      return parameter.required ? valid : sometimes(valid);
    });
  const headers = operation.parameters
    .filter(({ in: place, name }) => place === 'header' && USUAL_HEADERS[name.toLowerCase()])
    .map(({ name }) => sometimes(USUAL_HEADERS[name.toLowerCase()]!));
  const body = operation.body && bodyPlan(operation.body.schema, values);
  return fc
    .record({
      ids: fc.record(ids),
      query: fc.tuple(...queries).map(present),
      headers: fc.tuple(...headers).map(present),
      ...(body && { body }),
    })
    .map((parts) => ({ operation: operation.id, actor: 'self', ...parts }));
}

function bodyPlan(schema: NonNullable<Operation['body']>['schema'], values: SchemaValues) {
  return fc
    .oneof({ weight: RECIPE, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: values.of(schema) })
    .map((value) => ({ value, fault: null }));
}

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 1 });
const present = <T>(items: (T | null)[]): T[] => items.filter((item) => item !== null);
