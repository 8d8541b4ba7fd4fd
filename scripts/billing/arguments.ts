/** The parsed arguments of the command. */
export type BillingOrder = { command: 'reconcile' } | { command: 'replay'; eventIds: string[] };

/** Parses the arguments; a text says how the command is called. */
export function readArguments([command, ...words]: string[]): BillingOrder | string {
  if (command === 'reconcile')
    return words.length === 0 ? { command } : 'npm run billing:reconcile: it takes no words';
  if (command === 'replay')
    return words.length > 0 && !words.some((id) => id.startsWith('-'))
      ? { command, eventIds: words }
      : 'Name the events: npm run billing:replay -- evt_…';
  return 'reconcile, or replay <event id …>';
}
