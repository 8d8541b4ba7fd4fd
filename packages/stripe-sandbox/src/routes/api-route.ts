import { z } from 'zod';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { FormHash } from '../wire/form.js';
import { readParams } from '../wire/params.js';

/** Action of a route: gets the parsed parameters and returns the response. */
export type Action = (account: StripeAccount) => object;

/** One route of the API. */
export interface ApiRoute {
  method: 'GET' | 'POST' | 'DELETE';
  /** With `:id` where an id is. */
  path: string;
  /** Names of its parameters. */
  names: readonly string[];
  /** Reads the parameters. @throws StripeApiError 400 */
  read: (form: FormHash, id: string) => Action;
}

/** A route with the schema of its parameters; the action gets the parsed values. */
export function route<T extends z.ZodType>(
  method: ApiRoute['method'],
  path: string,
  schema: T,
  run: (account: StripeAccount, params: z.output<T>, id: string) => object,
): ApiRoute {
  return {
    method,
    path,
    names: schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
    read: (form, id) => {
      const params = readParams(schema, form);
      return (account) => run(account, params, id);
    },
  };
}
