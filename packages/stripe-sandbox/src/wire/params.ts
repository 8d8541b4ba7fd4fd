import { z } from 'zod';
import type { Form, FormHash } from './form.js';
import { StripeApiError } from './stripe-api.error.js';

/** A validation error of zod with its Stripe code. */
function refuse(ctx: z.RefinementCtx, message: string, code?: string): never {
  ctx.addIssue({ code: 'custom', message, params: { stripe: code } });
  return z.NEVER;
}

/**
 * The parameters of a request, strict. Their names are checked against the SDK's types: a misspelt or removed name does
 * not compile. `expand` is parsed earlier.
 */
export const paramsOf =
  <P>() =>
  <S extends z.ZodRawShape>(
    shape: S & Record<Exclude<keyof S, keyof P>, never>,
  ): z.ZodObject<S, z.core.$strict> =>
    z.strictObject(shape);

/** A text that is not empty. */
export const text = (max = 5000) =>
  z.string().transform((value, ctx) => {
    if (value === '')
      return refuse(
        ctx,
        'You passed an empty string. We assume empty values are an attempt to unset a parameter; however it cannot be unset.',
        'parameter_invalid_empty',
      );
    if (value.length > max) return refuse(ctx, `Invalid string: it must be at most ${max} characters`);
    return value;
  });

/** A text that an empty one clears. */
export const clearable = (max = 5000) =>
  z
    .string()
    .max(max)
    .transform((value) => (value === '' ? null : value));

export const integer = ({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {}) =>
  z.string().transform((value, ctx) => {
    if (!/^-?\d{1,15}$/.test(value))
      return refuse(ctx, `Invalid integer: ${value}`, 'parameter_invalid_integer');
    const number = Number(value);
    if (number < min)
      return refuse(ctx, `This value must be greater than or equal to ${min}.`, 'parameter_invalid_integer');
    if (number > max)
      return refuse(ctx, `This value must be less than or equal to ${max}.`, 'parameter_invalid_integer');
    return number;
  });

export const boolean = () =>
  z.string().transform((value, ctx) => {
    if (value !== 'true' && value !== 'false') return refuse(ctx, `Invalid boolean: ${value}`);
    return value === 'true';
  });

export const oneOf = <const T extends string>(values: readonly T[]) =>
  z.string().transform((value, ctx): T => {
    const found = values.find((known) => known === value);
    return found ?? refuse(ctx, `must be one of ${words(values)}`);
  });

/** A URL, which may contain placeholders such as {CHECKOUT_SESSION_ID}; never a script. */
export const url = () =>
  text().transform((value, ctx) =>
    URL.canParse(value.replace(/[{}]/g, '')) && !/^(javascript|data|vbscript):/i.test(value.trim())
      ? value
      : refuse(ctx, 'Not a valid URL', 'url_invalid'),
  );

/** ASCII, and a domain with a dot: Stripe refuses some addresses that others accept. */
export const email = () =>
  text(512).transform((value, ctx) => {
    const [local = '', domain = '', ...more] = value.split('@');
    const isAscii = [...value].every((letter) => letter > ' ' && letter <= '~');
    const isDomain = domain.split('.').length > 1 && domain.split('.').every((label) => label !== '');
    if (isAscii && local !== '' && more.length === 0 && isDomain) return value;
    return refuse(ctx, `Invalid email address: ${value}`, 'email_invalid');
  });

/** An e-mail address that an empty text clears. */
export const clearableEmail = () => z.union([z.literal('').transform(() => null), email()]);

/** Stripe's limits: 50 keys, of 40 characters, with values of 500. Null: everything shall go. */
export const metadata = () =>
  z.union([
    z.literal('').transform(() => null),
    z
      .record(z.string().max(40), z.string().max(500))
      .refine((entries) => Object.keys(entries).length <= 50, 'Metadata can have at most 50 keys'),
  ]);

/** ISO 4217, case-insensitive, as Stripe accepts it. */
export const currency = () =>
  z
    .string()
    .transform((value, ctx) =>
      CURRENCIES.has(value.toUpperCase())
        ? value.toLowerCase()
        : refuse(ctx, `Invalid currency: ${value.slice(0, 20)}. Stripe knows ISO 4217 codes`),
    );
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** A language of Stripe's pages: a tag of BCP 47, or `auto`. */
export const locale = () =>
  z
    .string()
    .transform((value, ctx) =>
      value === 'auto' || /^[a-z]{2,3}(-[A-Z]{2}|-\d{3})?$/.test(value)
        ? value
        : refuse(ctx, `Invalid locale: ${value.slice(0, 20)}`),
    );

/** `created=1700000000`, `created[gte]=1700000000` */
export const range = () =>
  z.union([
    integer().transform((at) => ({ gte: at, lte: at })),
    z.strictObject({
      gt: integer().optional(),
      gte: integer().optional(),
      lt: integer().optional(),
      lte: integer().optional(),
    }),
  ]);
export type Range = z.output<ReturnType<typeof range>>;

export const isWithin = (
  at: number,
  { gt, gte, lt, lte }: { gt?: number; gte?: number; lt?: number; lte?: number },
) =>
  (gt === undefined || at > gt) &&
  (gte === undefined || at >= gte) &&
  (lt === undefined || at < lt) &&
  (lte === undefined || at <= lte);

/** Parameters of every list. */
export const paging = {
  limit: integer({ min: 1, max: 100 }).optional(),
  starting_after: text().optional(),
  ending_before: text().optional(),
};

export const searching = {
  query: text(),
  limit: integer({ min: 1, max: 100 }).optional(),
  page: text().optional(),
};

/**
 * Reads a request's parameters.
 * @throws StripeApiError 400: `parameter_unknown`, `parameter_missing`, `parameter_invalid_…`
 */
export function readParams<T extends z.ZodType>(schema: T, form: FormHash): z.output<T> {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  throw toApiError(deepest(parsed.error.issues));
}

/**
 * Stripe reports one error: an unknown name first, because it is often the reason for a missing one, which comes last.
 */
function deepest(issues: z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap(alternatives);
  return (
    flat.find(({ code }) => code === 'unrecognized_keys') ??
    flat.find((issue) => !isMissing(issue)) ??
    flat[0]!
  );
}

const isMissing = ({ code, message }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && message.includes('received undefined');

/** For a union, the errors of the alternative that matched furthest. */
function alternatives(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const closest = issue.errors.toSorted((a, b) => rank(a) - rank(b))[0]!;
  return closest.flatMap((inner) => alternatives({ ...inner, path: [...issue.path, ...inner.path] }));
}

const rank = (issues: z.core.$ZodIssue[]): number =>
  issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'))
    ? 1
    : 0;

function toApiError(issue: z.core.$ZodIssue): StripeApiError {
  const param = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = nameOf([...issue.path, issue.keys[0] ?? '']);
    return StripeApiError.invalid(unknown, `Received unknown parameter: ${unknown}`, 'parameter_unknown');
  }
  if (isMissing(issue))
    return StripeApiError.invalid(param, `Missing required param: ${param}.`, 'parameter_missing');
  const code =
    issue.code === 'custom' ? (issue.params as { stripe?: string } | undefined)?.stripe : undefined;
  const named = issue.message.startsWith('must be') ? `Invalid ${param}: ${issue.message}` : issue.message;
  return StripeApiError.invalid(param, issue.code === 'custom' ? named : `Invalid ${param}`, code);
}

/** `items[0][price]` */
const nameOf = (path: PropertyKey[]): string =>
  path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');

const words = (values: readonly string[]): string =>
  values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')}, or ${values.at(-1)}`;

/** `expand[]=customer&expand[]=latest_invoice.payments` */
export const readExpand = (value: Form): string[] => {
  const parsed = z.array(z.string().min(1)).max(20).safeParse(value);
  if (parsed.success) return parsed.data;
  throw StripeApiError.invalid('expand', 'Invalid array');
};
