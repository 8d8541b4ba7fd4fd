import type { AdminUser } from '../api/types.js';
import type { ReactNode } from 'react';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { hrefOf } from '../lib/route.js';
import { useOne } from '../lib/use-page.js';
import { ListLink, Time } from '../parts/cells.js';
import css from '../parts/parts.module.css';
import { texts } from '../texts.js';
import { UserActs } from './UserActs.js';
import { UserState } from './UserState.js';

/** One account: its facts, what can be done, and the ways to its records. */
export function UserPage({ id }: { id: string }) {
  const user = useOne<AdminUser>(`/users/${id}`);
  const { users } = texts;
  return (
    <section className={css['section']}>
      <p>
        <a href={hrefOf('users')}>{users.back}</a>
      </p>
      <ProblemNotice error={user.error} />
      {user.value && (
        <>
          <h1>{user.value.name ?? user.value.mobile_number ?? users.unnamed}</h1>
          <Facts user={user.value} />
          {user.value.role === 'admin' && <Notice title={users.adminLead} advice={users.adminAdvice} />}
          <h2>{texts.actsTitle}</h2>
          <UserActs user={user.value} onChange={user.set} onReload={user.reload} />
          <h2>{users.records}</h2>
          <div className={css['acts']}>
            <ListLink to="replies" filters={{ user_id: id }} label={users.failedReplies} />
            <ListLink to="rooms" filters={{ user_id: id }} label={users.rooms} />
            <ListLink to="subscriptions" filters={{ user_id: id }} label={texts.sections.subscriptions} />
            <ListLink to="events" filters={{ user_id: id }} label={texts.sections.events} />
            <ListLink to="audit" filters={{ user_id: id }} label={texts.sections.audit} />
          </div>
        </>
      )}
    </section>
  );
}

function Facts({ user }: { user: AdminUser }) {
  const { users, columns } = texts;
  const facts: [string, ReactNode][] = [
    [users.number, user.mobile_number ?? '–'],
    [columns.state, <UserState key="state" user={user} />],
    [users.tier, user.tier],
    [users.tierEnds, <Time key="ends" at={user.tier_ends_at} />],
    [users.grantedUntil, <Time key="grant" at={user.pro_granted_until} />],
    [users.usedToday, user.used_today],
    [users.rooms, user.rooms],
    [users.messages, user.messages],
    [users.sessions, user.live_sessions],
    [users.lastUsed, <Time key="used" at={user.last_used_at} />],
    [columns.created, <Time key="created" at={user.created_at} />],
    [users.email, user.email ?? '–'],
    [
      users.identities,
      user.identities.map(({ issuer, subject }) => `${issuer} ${subject}`).join(', ') || '–',
    ],
    ['id', user.id],
  ];
  return (
    <dl className={css['facts']}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
