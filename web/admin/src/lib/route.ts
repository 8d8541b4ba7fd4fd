import { Store, useStore } from '../../../ui/lib/store.js';

/** The sections of the panel; their names are in the address after `#`. */
export const SECTIONS = [
  'today',
  'users',
  'replies',
  'queues',
  'rooms',
  'feedback',
  'subscriptions',
  'events',
  'deliveries',
  'audit',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** `#/replies?status=failed` or `#/users/<id>`: a section, one object of it, and the filters of its list. */
export interface Route {
  section: SectionName;
  id: string | null;
  filters: Record<string, string>;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  const section = SECTIONS.find((known) => known === name) ?? 'today';
  return { section, id: id || null, filters: Object.fromEntries(new URLSearchParams(query)) };
}

export function hrefOf(section: SectionName, to: { id?: string; filters?: Record<string, string> } = {}) {
  const query = new URLSearchParams(Object.entries(to.filters ?? {}).filter(([, value]) => value !== ''));
  return `#/${section}${to.id ? `/${to.id}` : ''}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

const route = new Store<Route>(parseRoute(globalThis.location?.hash ?? ''));
globalThis.addEventListener?.('hashchange', () => route.set(parseRoute(location.hash)));

export const useRoute = (): Route => useStore(route);
export const goTo = (hash: string): void => void (location.hash = hash);
