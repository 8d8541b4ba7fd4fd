/** Longer data is cut: the drawer shows what happens, not all of it. */
const LONGEST = 120;

/** What an event of a stream says, in a line. */
export function summaryOf({ name, data }: { name: string; data: string }): string {
  const event = parsed(data);
  switch (name) {
    case 'delta':
      return shortened(JSON.stringify(event['text'] ?? ''));
    case 'status':
      return [event['status'], event['attempt'] && `attempt ${event['attempt']}`, event['next_attempt_at']]
        .filter(Boolean)
        .join(' · ');
    case 'reset':
      return `attempt ${event['attempt']}`;
    case 'done':
      return [event['status'], event['finish_reason'], event['model']].filter(Boolean).join(' · ');
    default:
      return shortened(data);
  }
}

function parsed(data: string): Record<string, unknown> {
  try {
    return JSON.parse(data) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
