import type { CodeSentDto } from '@chat-backend/client';
import { useState } from 'react';
import { setUser, chat } from '../api/chat.js';
import { usePageTitle } from '../lib/page-title.js';
import { texts } from '../texts.js';
import { Notice } from '../components/Notice.js';
import { CodeForm } from './CodeForm.js';
import { NumberForm } from './NumberForm.js';
import { SandboxPhone } from './SandboxPhone.js';
import css from './auth.module.css';

export interface SentCode {
  number: string;
  sent: CodeSentDto;
}

/** Sign-in in two steps: the mobile number, then the code of the SMS. */
export function SignIn({ product, hasEnded }: { product: string; hasEnded: boolean }) {
  const [sent, setSent] = useState<SentCode | null>(null);
  const [code, setCode] = useState('');
  const { signIn } = texts;
  const title = sent ? signIn.codeTitle : signIn.title;
  usePageTitle(title, product);

  return (
    <main className={css['page']}>
      <div className={css['card']}>
        <p className={css['product']}>{product}</p>
        <h1 className={css['title']}>{title}</h1>
        <p className={css['lead']}>{sent ? signIn.codeLead(sent.number) : signIn.lead}</p>
        {hasEnded && !sent && <Notice tone="warning" title={texts.connection.ended} />}
        {sent ? (
          <CodeForm
            key={sent.sent.challenge_id}
            sent={sent.sent}
            code={code}
            onCode={setCode}
            submitLabel={signIn.submit}
            onSubmit={async (otp) => setUser(await chat.verifyCode(sent.number, sent.sent, otp))}
            onResend={async () => {
              const { challenge_id } = sent.sent;
              const again = { mobile_number: sent.number, challenge_id };
              setSent({ ...sent, sent: await chat.post<CodeSentDto>('/auth/send-otp', again) });
            }}
            onBack={() => setSent(null)}
          />
        ) : (
          <NumberForm
            onSent={(next) => {
              setCode('');
              setSent(next);
            }}
          />
        )}
      </div>
      {sent?.sent.otp !== undefined && <SandboxPhone code={sent.sent.otp} onUse={setCode} />}
    </main>
  );
}
