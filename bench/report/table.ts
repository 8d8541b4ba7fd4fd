/** The number, and whether it meets its target. */
export function verdict(value: number, holds: (value: number) => boolean): string {
  return `${value >= 20 ? Math.round(value) : value.toFixed(2)}${holds(value) ? '' : ' ✗'}`;
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? ':--' : '--:'));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
