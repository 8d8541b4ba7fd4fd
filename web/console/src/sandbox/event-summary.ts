/** Characters of an event's data in the drawer. Longer data is cut. */
const LONGEST = 120;

/** Summarises an event of a stream in one line. */
export function summaryOf({ name, data }: { name: string; data: string }): string {
  const event = parsed(data);
  switch (name) {
    case 'accepted':
      return [event.message?.id, event.reply?.status].filter(Boolean).join(' · ');
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
    case 'message':
    case 'room':
    case 'reply':
      return [event.id, event.change, event.status].filter(Boolean).join(' · ');
    case 'sync':
    case 'usage':
    case 'subscription':
      return '';
    default:
      return shortened(data);
  }
}

/** The fields that the summaries use. */
interface Shown {
  message?: { id: string };
  reply?: { status: string };
  text?: string;
  id?: string;
  change?: string;
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
