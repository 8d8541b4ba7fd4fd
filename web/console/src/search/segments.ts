/** A part of a snippet. */
export interface Segment {
  text: string;
  isMatch: boolean;
}

/** Cuts a snippet at its matches: ranges of UTF-16 units, in order. Ranges that do not fit are left out. */
export function segmentsOf(snippet: string, matches: readonly (readonly number[])[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of matches) {
    if (start < at || end <= start || end > snippet.length) continue;
    if (start > at) segments.push({ text: snippet.slice(at, start), isMatch: false });
    segments.push({ text: snippet.slice(start, end), isMatch: true });
    at = end;
  }
  if (at < snippet.length) segments.push({ text: snippet.slice(at), isMatch: false });
  return segments;
}
