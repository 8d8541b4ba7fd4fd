import { useSession } from './api/chat.js';
import { SignIn } from './auth/SignIn.js';
import { ConnectionBanner } from './Connection.js';
import { Home } from './Home.js';

export function App() {
  const session = useSession();
  return (
    <>
      <ConnectionBanner />
      {session.state === 'out' && <SignIn hasEnded={session.hasEnded} />}
      {session.state === 'in' && <Home user={session.user} />}
    </>
  );
}
