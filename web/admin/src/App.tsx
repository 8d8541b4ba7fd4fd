import type { UserDto } from '@chat-backend/client';
import { useEffect, type ComponentType } from 'react';
import { signOut, useSession } from '../../ui/api/chat.js';
import { StepUpDialog } from '../../ui/auth/step-up.js';
import { Button } from '../../ui/components/Button.js';
import { Crash } from '../../ui/components/Crash.js';
import { ErrorBoundary } from '../../ui/components/ErrorBoundary.js';
import { keepPanel } from './api/admin.js';
import { Audit } from './audit/Audit.js';
import { Events } from './billing/Events.js';
import { Subscriptions } from './billing/Subscriptions.js';
import { Deliveries } from './deliveries/Deliveries.js';
import { FeedbackList } from './feedback/FeedbackList.js';
import { hrefOf, SECTIONS, useRoute, type Route, type SectionName } from './lib/route.js';
import { Done } from './parts/done.js';
import { Queues } from './queues/Queues.js';
import { Replies } from './replies/Replies.js';
import { Rooms } from './rooms/Rooms.js';
import { texts } from './texts.js';
import { Today } from './today/Today.js';
import { Users } from './users/Users.js';
import css from './app.module.css';

const PAGES: Record<SectionName, ComponentType<{ route: Route }>> = {
  today: Today,
  users: Users,
  replies: Replies,
  queues: Queues,
  rooms: Rooms,
  feedback: FeedbackList,
  subscriptions: Subscriptions,
  events: Events,
  deliveries: Deliveries,
  audit: Audit,
};

/** The entrance signs in, and comes back. */
const ENTRANCE = '/operators';

export function App() {
  const session = useSession();
  const isOut = session.state === 'out';
  useEffect(() => {
    if (isOut) location.replace(ENTRANCE);
  }, [isOut]);
  if (session.state !== 'in') return null;
  return <Panel user={session.user} />;
}

function Panel({ user }: { user: UserDto | null }) {
  const route = useRoute();
  useEffect(keepPanel, []);
  const Page = PAGES[route.section];
  return (
    <div className={css['page']}>
      <nav className={css['side']} aria-label={texts.product}>
        <p className={css['product']}>{texts.product}</p>
        {SECTIONS.map((name) => (
          <a key={name} href={hrefOf(name)} aria-current={name === route.section ? 'page' : undefined}>
            {texts.sections[name]}
          </a>
        ))}
        <div className={css['foot']}>
          <span>{user?.name ?? user?.mobile_number}</span>
          <Button size="small" look="quiet" onClick={() => void signOut()}>
            {texts.signOut}
          </Button>
        </div>
      </nav>
      <main className={css['main']}>
        <Done />
        <ErrorBoundary key={route.section} fallback={<Crash />}>
          <Page route={route} />
        </ErrorBoundary>
      </main>
      <StepUpDialog />
    </div>
  );
}
