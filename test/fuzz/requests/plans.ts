import fc from 'fast-check';
import type { Document, Operation } from '../document.js';
import { SchemaValues } from '../values/schema-values.js';
import type { Plan } from './plan.js';
import { requestPlans } from './request-plans.js';

/** Weights of operations, by the cost of a request and the number of possible faults. */
function weightOf({ path, tag, method }: Operation): number {
  // Hashing a password takes 30 ms of a processor.
  if (/signup|login|password/.test(path)) return 1;
  if (tag === 'Sandbox' || path.startsWith('/health')) return 1;
  if (path.startsWith('/chatroom')) return method === 'GET' ? 3 : 5;
  return 2;
}

/** All requests that can be generated for a document. */
export class Plans {
  readonly any: fc.Arbitrary<Plan>;

  constructor(document: Document) {
    const values = new SchemaValues(document);
    this.any = fc.oneof(
      ...document.operations.map((operation) => ({
        weight: weightOf(operation),
        arbitrary: requestPlans(operation, values),
      })),
    );
  }
}
