import type { UserDto } from '@chat-backend/client';
import { lazy, Suspense, useEffect, useState } from 'react';
import { reloadUser } from '../../ui/api/chat.js';
import { StepUpDialog } from '../../ui/auth/step-up.js';
import { CheckoutReturn } from './billing/CheckoutReturn.js';
import { forgetUsage } from './billing/usage.js';
import { NewChat } from './chat/NewChat.js';
import { Room } from './chat/Room.js';
import { useRoute } from './lib/route.js';
import { useLiveEvents, useNews } from './live/live.js';
import { useStore } from '../../ui/lib/store.js';
import { forgetRooms } from './rooms/rooms.js';
import { Sidebar } from './rooms/Sidebar.js';
import { isDrawerOpen } from './sandbox/DrawerButton.js';
import { Crash } from '../../ui/components/Crash.js';
import { ErrorBoundary } from '../../ui/components/ErrorBoundary.js';
import css from './app.module.css';

const Account = lazy(() => import('./account/Account.js'));
const Drawer = lazy(() => import('./sandbox/Drawer.js'));

/** The page of a signed-in person. */
export function Home({ user }: { user: UserDto | null }) {
  const route = useRoute();
  const [isSideOpen, setSideOpen] = useState(false);
  const hasDrawer = useStore(isDrawerOpen);
  const onMenu = () => setSideOpen(true);
  useLiveEvents();
  useNews((news) => news.account && void reloadUser());
  useEffect(() => {
    // A wider page shows the sidebar beside the content.
    const wide = matchMedia('(min-width: 761px)');
    const close = () => setSideOpen(false);
    wide.addEventListener('change', close);
    // The back button leaves the page below.
    addEventListener('hashchange', close);
    return () => {
      wide.removeEventListener('change', close);
      removeEventListener('hashchange', close);
    };
  }, []);
  // The next person at this page must not see the lists of this one.
  useEffect(
    () => () => {
      forgetRooms();
      forgetUsage();
    },
    [],
  );

  return (
    <div className={hasDrawer ? css['withDrawer'] + ' ' + css['home'] : css['home']}>
      <Sidebar user={user} isOpen={isSideOpen} onClose={() => setSideOpen(false)} />
      <main className={css['main']} inert={isSideOpen}>
        <CheckoutReturn />
        <ErrorBoundary key={route.page === 'room' ? route.roomId : route.page} fallback={<Crash />}>
          <Suspense fallback={null}>
            {route.page === 'new' && <NewChat user={user} onMenu={onMenu} />}
            {route.page === 'room' && (
              <Room
                key={route.roomId}
                roomId={route.roomId}
                messageId={route.messageId}
                user={user}
                onMenu={onMenu}
              />
            )}
            {route.page === 'account' && <Account user={user} onMenu={onMenu} />}
          </Suspense>
        </ErrorBoundary>
      </main>
      {hasDrawer && (
        <ErrorBoundary fallback={<Crash />}>
          <Suspense fallback={null}>
            <Drawer />
          </Suspense>
        </ErrorBoundary>
      )}
      <StepUpDialog />
    </div>
  );
}
