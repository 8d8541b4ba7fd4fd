/** Longer data is cut: the drawer shows what happens, not all of it. */
const LONGEST = 120;

/** What an event of a stream says, in a line. */
export function summaryOf({ name, data }: { name: string; data: string }): string {
  const event = parsed(data);
  switch (name) {
    case 'delta':
      return shortened(JSON.stringify(event.text ?? ''));
    case 'status':
      return [event.status, event.attempt && `attempt ${event.attempt}`, event.next_attempt_at]
        .filter(Boolean)
        .join(' · ');
    case 'reset':
      return `attempt ${event.attempt}`;
    case 'done':
      return [event.status, event.finish_reason, event.model].filter(Boolean).join(' · ');
    default:
      return shortened(data);
  }
}

/** The fields of all events of which something is shown. */
interface Shown {
  text?: string;
  status?: string;
  attempt?: number;
  next_attempt_at?: string | null;
  finish_reason?: string | null;
  model?: string | null;
}

function parsed(data: string): Shown {
  try {
    return JSON.parse(data) as Shown;
  } catch {
    return {};
  }
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
