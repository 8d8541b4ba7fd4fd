import { localStore } from '../api/local-store.js';
import { Store, useStore } from './store.js';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'chat.theme';
const theme = new Store<Theme>('system');

export const useTheme = (): Theme => useStore(theme);

export function startTheme(): void {
  const kept = localStore.getItem(KEY);
  apply(kept === 'light' || kept === 'dark' ? kept : 'system');
}

export function setTheme(chosen: Theme): void {
  localStore.setItem(KEY, chosen);
  apply(chosen);
}

function apply(chosen: Theme): void {
  theme.set(chosen);
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}
