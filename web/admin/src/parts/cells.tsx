import { timeText } from '../../../ui/lib/format.js';
import { hrefOf, type SectionName } from '../lib/route.js';
import css from './parts.module.css';

export const Time = ({ at }: { at: string | null }) =>
  at === null ? <>–</> : <time dateTime={at}>{timeText(at)}</time>;

/** The end of an id: UUIDv7 begins with the time, and ids of one hour begin alike. */
export const Id = ({ id }: { id: string }) => (
  <span className={css['id']} title={id}>
    …{id.slice(-8)}
  </span>
);

export const UserLink = ({ id, children }: { id: string; children?: string | null }) => (
  <a href={hrefOf('users', { id })}>{children ?? <Id id={id} />}</a>
);

export const ListLink = ({
  to,
  filters,
  label,
}: {
  to: SectionName;
  filters: Record<string, string>;
  label: string;
}) => <a href={hrefOf(to, { filters })}>{label}</a>;

/** A state in words; the tone repeats it. */
export const State = ({ tone, text }: { tone: 'good' | 'bad' | 'plain'; text: string }) => (
  <span className={`${css['state']} ${css[tone]}`}>{text}</span>
);
