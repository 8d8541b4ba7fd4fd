import { useEffect } from 'react';
import { Store, useStore } from './store.js';

/** The title that screen readers announce: a change of the address loads no document. */
const announced = new Store('');
let announcedAt: string | null = null;

export const useAnnouncedTitle = (): string => useStore(announced);

/** Names the document after the page, and announces each page once; a page without a title yet waits for it. */
export function usePageTitle(title: string, product: string): void {
  useEffect(() => {
    document.title = title === '' ? product : `${title} – ${product}`;
    if (title === '' || announcedAt === location.hash) return;
    // The first page is announced by its document.
    if (announcedAt !== null) announced.set(title);
    announcedAt = location.hash;
  }, [title, product]);
}
