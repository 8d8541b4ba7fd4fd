import { useSession } from '../../ui/api/chat.js';
import { SignIn } from '../../ui/auth/SignIn.js';
import { ConnectionBanner } from './Connection.js';
import { Home } from './Home.js';
import { texts } from './texts.js';

export function App() {
  const session = useSession();
  return (
    <>
      <ConnectionBanner />
      {session.state === 'out' && <SignIn product={texts.product} hasEnded={session.hasEnded} />}
      {session.state === 'in' && <Home user={session.user} />}
    </>
  );
}
