import { useSession } from '../../ui/api/chat.js';
import { SignIn } from '../../ui/auth/SignIn.js';
import { ConnectionBanner } from './Connection.js';
import { Home } from './Home.js';
import { useAnnouncedTitle } from '../../ui/lib/page-title.js';
import { texts } from './texts.js';

export function App() {
  const session = useSession();
  return (
    <>
      <ConnectionBanner />
      <PageAnnouncer />
      {session.state === 'out' && <SignIn product={texts.product} hasEnded={session.hasEnded} />}
      {session.state === 'in' && <Home user={session.user} />}
    </>
  );
}

function PageAnnouncer() {
  return (
    <p className="visually-hidden" role="status">
      {useAnnouncedTitle()}
    </p>
  );
}
