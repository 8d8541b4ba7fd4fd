import type { UserDto } from '@chat-backend/client';
import { useEffect, useRef } from 'react';
import { hrefOf, useRoute } from '../lib/route.js';
import { useNews } from '../live/live.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { SearchField } from '../search/SearchField.js';
import { SearchResults } from '../search/SearchResults.js';
import { useSearch } from '../search/use-search.js';
import { AccountFooter } from './AccountFooter.js';
import { RoomItems } from './RoomItems.js';
import { loadRooms } from './rooms.js';
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
  const { search, view, text, type } = useSearch();
  const side = useRef<HTMLElement>(null);
  // Not in the list: a search hides it, and the page of a room shows the room's name from it.
  useEffect(() => void loadRooms(), []);
  useNews((news) => news.rooms && void loadRooms());
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
        <SearchField
          text={text}
          onText={type}
          onSubmit={() => search.now()}
          onDown={() => side.current?.querySelector<HTMLElement>('[data-results] a')?.focus()}
        />
        {view.query === '' ? (
          <RoomItems onOpen={onClose} />
        ) : (
          <SearchResults search={search} view={view} onOpen={onClose} />
        )}
        <AccountFooter user={user} onOpen={onClose} />
      </nav>
    </>
  );
}
