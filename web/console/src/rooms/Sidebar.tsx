import type { UserDto } from '@chat-backend/client';
import { useEffect, useRef } from 'react';
import { hrefOf, useRoute } from '../lib/route.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { AccountFooter } from './AccountFooter.js';
import { RoomItems } from './RoomItems.js';
import css from './rooms.module.css';

interface Props {
  user: UserDto | null;
  /** On a phone the sidebar covers the page while it is open. */
  isOpen: boolean;
  onClose: () => void;
}

export function Sidebar({ user, isOpen, onClose }: Props) {
  const route = useRoute();
  const { rooms, product } = texts;
  const side = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) side.current?.querySelector('button')?.focus();
  }, [isOpen]);
  return (
    <>
      {isOpen && <div className={css['veil']} onClick={onClose} aria-hidden="true" />}
      <nav
        ref={side}
        className={`${css['side']} ${isOpen ? css['open'] : ''}`}
        aria-label={rooms.navigation}
        onKeyDown={({ key }) => key === 'Escape' && onClose()}
      >
        <div className={css['head']}>
          <span className={css['product']}>{product}</span>
          <IconButton label={rooms.close} className={css['onPhone']} onClick={onClose}>
            <Icon name="close" />
          </IconButton>
        </div>
        <a
          href={hrefOf.new}
          className={css['new']}
          aria-current={route.page === 'new' ? 'page' : undefined}
          onClick={onClose}
        >
          <Icon name="add" />
          {rooms.newChat}
        </a>
        <RoomItems onOpen={onClose} />
        <AccountFooter user={user} onOpen={onClose} />
      </nav>
    </>
  );
}
