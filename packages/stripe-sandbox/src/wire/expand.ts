import { objectById } from '../state/references.js';
import type { StripeState } from '../state/stripe-state.js';
import { StripeApiError } from './stripe-api.error.js';

/** https://docs.stripe.com/expand: no deeper. */
const MAX_DEPTH = 4;

type Json = Record<string, unknown>;

/**
 * Replaces ids by their objects (`expand[]=data.customer`), and adds fields that are only present on request
 * (`line_items`). Works on a copy.
 * @throws StripeApiError 400 for a path that cannot be expanded
 */
export function expand(answer: object, paths: readonly string[], state: StripeState): object {
  const copy = structuredClone(answer) as Json;
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > MAX_DEPTH)
      throw StripeApiError.invalid(
        'expand',
        `You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`,
      );
    expandPath(copy, parts, path, state);
  }
  return copy;
}

function expandPath(node: Json, [field = '', ...rest]: string[], path: string, state: StripeState): void {
  const value = expanded(node, field, path, state);
  if (rest.length === 0 || value === null) return;
  for (const each of Array.isArray(value) ? (value as Json[]) : [value as Json])
    expandPath(each, rest, path, state);
}

function expanded(node: Json, field: string, path: string, state: StripeState): unknown {
  const value = node[field];
  if (value === null || isOfAnotherKind(node, field)) return null;
  if (typeof value === 'object') return value;
  const object = typeof value === 'string' ? referred(state, value) : included(node, field, state);
  if (object === undefined)
    throw StripeApiError.invalid('expand', `This property cannot be expanded (${path}).`);
  return (node[field] = structuredClone(object));
}

/** A payment of an invoice has one of these fields; its type names which. */
const PAYMENT_KINDS = ['charge', 'payment_intent', 'payment_record'];
const isOfAnotherKind = (node: Json, field: string): boolean =>
  PAYMENT_KINDS.includes(field) && PAYMENT_KINDS.includes(String(node['type'])) && node['type'] !== field;

/** The object of an id; undefined for an unknown id. */
function referred(state: StripeState, id: string): object | undefined {
  return objectById(state, id);
}

/** Lists that a response contains only on request. */
function included(node: Json, field: string, state: StripeState): object | undefined {
  const id = String(node['id']);
  const list = (url: string, data: object[]) => ({ object: 'list', data, has_more: false, url });
  switch (`${String(node['object'])}.${field}`) {
    case 'checkout.session.line_items':
      return list(`/v1/checkout/sessions/${id}/line_items`, state.orders[id]?.lines ?? []);
    case 'invoice.payments':
      return list(
        `/v1/invoice_payments?invoice=${id}`,
        Object.values(state.invoicePayments).filter(({ invoice }) => invoice === id),
      );
    case 'charge.refunds':
      return list(
        `/v1/charges/${id}/refunds`,
        Object.values(state.refunds).filter(({ charge }) => charge === id),
      );
    case 'customer.subscriptions':
      return list(
        `/v1/customers/${id}/subscriptions`,
        Object.values(state.subscriptions).filter(
          ({ customer, status }) => customer === id && status !== 'canceled',
        ),
      );
    default:
      return undefined;
  }
}
