import { StripeApiError } from './stripe-api.error.js';

/** A parsed form: texts, lists and hashes. */
export type Form = string | Form[] | FormHash;
export interface FormHash {
  [key: string]: Form;
}

/** Stripe's own requests are at most five deep; more is a mistake or an attack. */
const MAX_DEPTH = 10;
const MAX_FIELDS = 1000;
/** `a[b][0]`, `a[]` */
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/**
 * Parses `application/x-www-form-urlencoded` with brackets, as Stripe writes it: `items[0][price]=x`, `expand[]=y`. A
 * hash with the keys 0, 1, 2 … is a list.
 * @throws StripeApiError 400 for an invalid name, for a name that occurs twice or as both text and hash, for texts that
 * no database can store, and for too many fields
 */
export function parseForm(text: string): FormHash {
  const fields = [...new URLSearchParams(text)];
  if (fields.length > MAX_FIELDS) throw new StripeApiError(400, 'Too many parameters.');
  const root: FormHash = hash();
  for (const [name, value] of fields) {
    if (!isStorable(name + value)) throw StripeApiError.invalid(shown(name), 'Invalid string: it holds NUL');
    put(root, pathOf(name), value, name);
  }
  return listed(root) as FormHash;
}

function pathOf(name: string): string[] {
  const [, first, brackets = ''] = NAME.exec(name) ?? [];
  if (first === undefined)
    throw new StripeApiError(400, `Invalid parameter name: ${shown(name)}`, { param: shown(name) });
  const path = [first, ...[...brackets.matchAll(/\[([^[\]]*)\]/g)].map(([, key = '']) => key)];
  if (path.length > MAX_DEPTH) throw new StripeApiError(400, `Parameter nested too deeply: ${name}`);
  return path;
}

function put(root: FormHash, path: string[], value: string, name: string): void {
  let at = root;
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? String(Object.keys(at).length) : part;
    if (depth === path.length - 1) {
      if (typeof at[key] === 'object') throw contradiction(name);
      if (at[key] !== undefined)
        throw StripeApiError.invalid(name, `Invalid ${name}: it was sent more than once`);
      at[key] = value;
      return;
    }
    const next = (at[key] ??= hash());
    if (typeof next === 'string' || Array.isArray(next)) throw contradiction(name);
    at = next;
  }
}

function listed(form: Form): Form {
  if (typeof form === 'string' || Array.isArray(form)) return form;
  const keys = Object.keys(form);
  if (keys.length > 0 && keys.every((key, index) => key === String(index)))
    return keys.map((key) => listed(form[key]!));
  for (const key of keys) form[key] = listed(form[key]!);
  return form;
}

/** Without a prototype `__proto__` is a name like any other. */
const hash = (): FormHash => Object.create(null) as FormHash;

/** A name is untrusted text: it is repeated without characters that PostgreSQL refuses, and shortened. */
const shown = (name: string): string => name.replaceAll('\0', '').slice(0, 100);

const contradiction = (name: string): StripeApiError =>
  StripeApiError.invalid(name, `Invalid ${name}: it cannot be a value and a hash at once`);

/** Can PostgreSQL (no NUL) and JSON (no lone surrogates) hold this text? */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
