/** Cuts a text to a number of code points; `onCut` is called if any are left out. */
export function cut(text: string | null, most: number, onCut: () => void): string | null {
  if (text === null || text.length <= most) return text;
  const points = [...text];
  if (points.length <= most) return text;
  onCut();
  return `${points
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`;
}
