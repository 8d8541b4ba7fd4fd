import { ChatError } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat, signOut, useSession } from '../../ui/api/chat.js';
import { SignIn } from '../../ui/auth/SignIn.js';
import css from '../../ui/auth/auth.module.css';
import { Button } from '../../ui/components/Button.js';
import { Notice, ProblemNotice } from '../../ui/components/Notice.js';
import { openPanel } from '../src/api/page-session.js';
import { texts } from '../src/texts.js';

/** Signs an operator in, gets the cookie that loads the panel, and opens it. */
export function Entrance() {
  const session = useSession();
  if (session.state === 'loading') return null;
  if (session.state === 'out') return <SignIn product={texts.product} hasEnded={session.hasEnded} />;
  return <Opening key={session.user?.id ?? 'unknown'} />;
}

function Opening() {
  const [error, setError] = useState<unknown>(null);
  const { entrance } = texts;
  const open = () => {
    setError(null);
    openPanel()
      .then((path) => location.replace(path))
      .catch(setError);
  };
  useEffect(open, []);
  const isNoOperator = error instanceof ChatError && error.status === 404;
  return (
    <main className={css['page']}>
      <div className={css['card']}>
        <p className={css['product']}>{texts.product}</p>
        {error === null && <p role="status">{entrance.opening}</p>}
        {isNoOperator && <NoOperator />}
        {error !== null && !isNoOperator && (
          <ProblemNotice error={error}>
            <Button size="small" onClick={open}>
              {texts.common.tryAgain}
            </Button>
          </ProblemNotice>
        )}
      </div>
    </main>
  );
}

/** For an account without the role: says how the first admin is made, and offers another account. */
function NoOperator() {
  const { entrance } = texts;
  const [number, setNumber] = useState<string | null>(null);
  useEffect(
    () =>
      void chat.me().then(
        (me) => setNumber(me.mobile_number),
        () => undefined,
      ),
    [],
  );
  return (
    <>
      <h1 className={css['title']}>{entrance.noOperator}</h1>
      <Notice tone="warning" title={entrance.notAdmin} advice={entrance.grantLead} />
      <pre className={css['command']}>{entrance.grantCommand(number)}</pre>
      <div className={css['links']}>
        <Button size="small" onClick={() => location.reload()}>
          {texts.common.tryAgain}
        </Button>
        <Button size="small" look="quiet" onClick={() => void signOut()}>
          {entrance.otherAccount}
        </Button>
      </div>
    </>
  );
}
