import type { UserDto } from '@chat-backend/client';
import { signOut } from '../../../ui/api/chat.js';
import { QuotaMeter } from '../billing/QuotaMeter.js';
import { hrefOf } from '../lib/route.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import css from './rooms.module.css';

/** The daily quota, the link to the account, and sign-out. */
export function AccountFooter({ user, onOpen }: { user: UserDto | null; onOpen: () => void }) {
  const { account } = texts;
  return (
    <div className={css['foot']}>
      <QuotaMeter />
      <div className={css['person']}>
        <a href={hrefOf.account} className={css['account']} onClick={onOpen}>
          <Icon name="person" />
          <span className={css['name']}>{user?.name ?? user?.mobile_number ?? account.open}</span>
          <span className="visually-hidden">{account.open}</span>
        </a>
        <IconButton label={account.signOut} onClick={() => void signOut()}>
          <Icon name="leave" />
        </IconButton>
      </div>
    </div>
  );
}
