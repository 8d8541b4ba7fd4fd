import Stripe from 'stripe';
import { SANDBOX_WEBHOOK_SECRET } from '@chat-backend/stripe-sandbox';
import type { Operation } from '../document.js';
import { withFault } from '../values/faulty-body.js';
import { SYMBOLS, type SymbolName } from '../values/hints.js';
import { RECIPES } from '../scenario/recipes.js';
import type { IdPick, Plan } from './plan.js';
import type { WireRequest } from './wire.js';

/** Values that a sequence knows, which fill the placeholders of a plan. */
export interface Fill {
  symbol: (name: SymbolName) => string;
  /** The ids of the caller that belong together in this operation's path; null without any. */
  own: (nth: number) => Record<string, string> | null;
  foreign: () => Record<string, string>;
  /** The header's value; undefined: not sent. */
  authorization: string | undefined;
  headers: [name: string, value: string][];
}

/** An id that refers to nothing. */
export const NOBODYS_ID = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';

/** An unknown id of the same length: responses repeat it and are compared. */
const nobodysLike = (id: string): string =>
  id.length === NOBODYS_ID.length ? NOBODYS_ID : `${id.slice(0, 4)}${'0'.repeat(Math.max(0, id.length - 4))}`;

/** Builds the request of a plan; with `isUnknown`, unknown ids replace foreign ones. */
export function compose(operation: Operation, plan: Plan, fill: Fill, isUnknown = false): WireRequest {
  const path = pathOf(operation, plan, fill, isUnknown);
  const query = plan.query.map(([name, value]) => `${name}=${encoded(filled(value, fill))}`).join('&');
  const body = bodyOf(operation, plan, fill);
  const planned = plan.headers.map(([name, value]): [string, string] => [name, filled(value, fill)]);
  const headers: [string, string][] = [
    ...fill.headers,
    ...(body ? [['content-type', 'application/json'] as [string, string]] : []),
    ...(fill.authorization === undefined ? [] : [['authorization', fill.authorization] as [string, string]]),
    ...(operation.id === 'takeStripeEvent' && body
      ? [['stripe-signature', signed(body)] as [string, string]]
      : []),
  ];
  return {
    method: plan.method ?? operation.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: [...headers.filter(([name]) => !planned.some(([other]) => other === name)), ...planned],
    ...(body && { body }),
    ...(plan.cutAfter !== undefined && { cutAfter: plan.cutAfter }),
  };
}

/** True if all ids are the caller's own and the request has a regular form. */
export function isOrdinary(plan: Plan): boolean {
  return (
    plan.actor === 'self' &&
    plan.method === undefined &&
    plan.pathForm === undefined &&
    Object.values(plan.ids).every(({ kind }) => kind === 'own')
  );
}

function pathOf(operation: Operation, plan: Plan, fill: Fill, isUnknown: boolean): string {
  const nth = Object.values(plan.ids).find((pick) => pick.kind === 'own');
  const own = fill.own(nth?.kind === 'own' ? nth.nth : 0) ?? {};
  const foreign = fill.foreign();
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const pick: IdPick = plan.ids[name] ?? { kind: 'own', nth: 0 };
    switch (pick.kind) {
      case 'own': {
        const id = own[name] ?? NOBODYS_ID;
        return pick.form === 'upper' ? id.toUpperCase() : id;
      }
      case 'foreign': {
        const id = foreign[name] ?? NOBODYS_ID;
        return isUnknown ? nobodysLike(id) : id;
      }
      case 'unknown':
        return pick.id;
      case 'text':
        return pick.text;
    }
  });
  switch (plan.pathForm) {
    case 'slash':
      return `${path}/`;
    case 'double':
      return `/${path}`;
    case 'upper':
      return path.toUpperCase();
    case 'encoded':
      return `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`;
    case undefined:
      return path;
  }
}

function bodyOf(operation: Operation, { body }: Plan, fill: Fill): Buffer | undefined {
  if (!body || !operation.body) return undefined;
  const base = deepFilled(body.value ?? RECIPES[operation.id] ?? {}, fill) as Record<string, unknown>;
  if (body.fault) return withFault(base, body.fault, operation.body.schema);
  return Buffer.from(JSON.stringify(base));
}

/** Correctly signed with any content, because an unsigned body is refused unread. */
function signed(body: Buffer): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body.toString(),
    secret: SANDBOX_WEBHOOK_SECRET,
    timestamp: Math.floor(Date.now() / 1000),
  });
}

const SYMBOL = /\{\{(\w+)\}\}/g;
const filled = (text: string, fill: Fill): string =>
  text.replace(SYMBOL, (whole, name: string) =>
    (SYMBOLS as readonly string[]).includes(name) ? fill.symbol(name as SymbolName) : whole,
  );

function deepFilled(value: unknown, fill: Fill): unknown {
  if (typeof value === 'string') return filled(value, fill);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => deepFilled(item, fill));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deepFilled(item, fill)]));
}

/** Characters that an HTTP client must not write into a request line. */
const encoded = (value: string): string =>
  value.replace(/[^\x21-\x7e]|[#&+]/g, (one) => encodeURIComponent(one));
