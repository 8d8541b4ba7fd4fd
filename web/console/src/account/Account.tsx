import type { UserDto } from '@chat-backend/client';
import { PageHeader } from '../chat/PageHeader.js';
import { setTheme, useTheme, type Theme } from '../../../ui/lib/theme.js';
import { texts } from '../texts.js';
import { SelectField } from '../../../ui/components/Field.js';
import { Data } from './Data.js';
import { Plan } from './Plan.js';
import { Profile } from './Profile.js';
import { Section } from './Section.js';
import { Sessions } from './Sessions.js';
import css from './account.module.css';

/** The account page: profile, plan, sessions, appearance, data. */
export default function Account({ user, onMenu }: { user: UserDto | null; onMenu: () => void }) {
  const theme = useTheme();
  const { account, theme: words } = texts;
  return (
    <>
      <PageHeader title={account.title} onMenu={onMenu} />
      <div className={css['scroller']} tabIndex={-1}>
        <div className={css['column']}>
          <Section title={account.profile}>{user && <Profile key={user.id} user={user} />}</Section>
          <Section title={account.plan}>
            <Plan tier={user?.tier ?? 'basic'} />
          </Section>
          <Section title={account.sessions}>
            <Sessions />
          </Section>
          <Section title={words.label}>
            <SelectField label={words.field} value={theme} onChange={(value) => setTheme(value as Theme)}>
              <option value="system">{words.system}</option>
              <option value="light">{words.light}</option>
              <option value="dark">{words.dark}</option>
            </SelectField>
          </Section>
          <Section title={account.data}>
            <Data />
          </Section>
        </div>
      </div>
    </>
  );
}
