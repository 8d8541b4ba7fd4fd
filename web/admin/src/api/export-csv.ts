import { chat } from '../../../ui/api/chat.js';
import { listPath } from './admin.js';

/** The longest export: a list of this length is for a program, not for a spreadsheet. */
const MAX_PAGES = 100;
const PAGE_LIMIT = '100';

export interface Export {
  rows: number;
  /** False: the list is longer. */
  isWhole: boolean;
}

/** Downloads the pages of a list as one CSV file, at most {@link MAX_PAGES}. */
export async function exportCsv(path: string, filters: Record<string, string>): Promise<Export> {
  const parts: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { text, next } = await csvPage(listPath(path, { ...filters, limit: PAGE_LIMIT }, cursor));
    parts.push(page === 0 ? text : text.slice(text.indexOf('\r\n') + 2));
    cursor = next;
    if (cursor === null) break;
  }
  const text = parts.join('');
  download(text, `${path.slice(1)}-${new Date().toISOString().slice(0, 10)}.csv`);
  return { rows: text.split('\r\n').length - 2, isWhole: cursor === null };
}

async function csvPage(path: string): Promise<{ text: string; next: string | null }> {
  const { response, close } = await chat.transport.stream({
    method: 'GET',
    path: `/admin/api${path}`,
    headers: { accept: 'text/csv' },
  });
  try {
    return { text: await response.text(), next: nextCursor(response.headers.get('link')) };
  } finally {
    close();
  }
}

/** The cursor in `Link: </admin/api/users?cursor=…>; rel="next"`. */
export function nextCursor(link: string | null): string | null {
  const target = link?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  return target === undefined ? null : new URL(target, 'http://localhost').searchParams.get('cursor');
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
