import { ask } from '../api/admin.js';
import type { AdminUser, Reconciled } from '../api/types.js';
import { goTo, hrefOf } from '../lib/route.js';
import { Act, type ActField } from '../parts/Act.js';
import css from '../parts/parts.module.css';
import { texts } from '../texts.js';

interface Props {
  user: AdminUser;
  onChange: (user: AdminUser) => void;
  onReload: () => void;
}

const reason: ActField = { name: 'reason', label: texts.reason, hint: texts.reasonHint };
/** The last moment of a day: Pro is granted until its end. */
const endOf = (date: string): string => `${date}T23:59:59.999Z`;
const given = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));

/** What an operator can do with an account. */
export function UserActs({ user, onChange, onReload }: Props) {
  const { users } = texts;
  const { acts } = users;
  const who = user.mobile_number ?? user.name ?? user.id;
  const path = `/users/${user.id}`;
  const change = async (route: string, body: object, text: string): Promise<string> => {
    onChange(await ask<AdminUser>('POST', `${path}/${route}`, body));
    return text;
  };
  return (
    <div className={css['acts']}>
      {user.suspended_at === null ? (
        <Act
          {...acts.ban(who)}
          fields={[reason]}
          isDanger
          act={(values) => change('ban', given(values), acts.banned(who))}
        />
      ) : (
        <Act
          {...acts.unban(who)}
          fields={[reason]}
          act={(values) => change('unban', given(values), acts.unbanned(who))}
        />
      )}
      <Act
        {...acts.grant(who)}
        fields={[{ name: 'until', label: acts.until, type: 'date', isRequired: true }, reason]}
        act={({ until = '', ...values }) =>
          change('grants', { until: endOf(until), ...given(values) }, acts.granted(who, until))
        }
      />
      {user.pro_granted_until !== null && (
        <Act
          {...acts.endGrant(who)}
          fields={[reason]}
          act={(values) => change('grants', { until: null, ...given(values) }, acts.grantEnded(who))}
        />
      )}
      <Act
        {...acts.revoke(who, user.live_sessions)}
        fields={[reason]}
        act={async (values) => {
          await ask('POST', `${path}/sessions/revoke`, given(values));
          onReload();
          return acts.revoked(who);
        }}
      />
      <Act
        {...acts.number(who)}
        fields={[{ name: 'mobile_number', label: acts.newNumber, type: 'tel', isRequired: true }, reason]}
        act={(values) =>
          change('mobile-number', given(values), acts.numberChanged(values['mobile_number'] ?? ''))
        }
      />
      <Act
        {...acts.reconcile(who)}
        act={async () => {
          const { drift } = await ask<Reconciled>('POST', `${path}/reconcile`);
          onReload();
          return acts.reconciled(who, drift.length);
        }}
      />
      <Act
        {...acts.delete(who)}
        fields={[reason]}
        isDanger
        act={async (values) => {
          await ask('DELETE', path, given(values));
          goTo(hrefOf('users'));
          return acts.deleted(who);
        }}
      />
    </div>
  );
}
