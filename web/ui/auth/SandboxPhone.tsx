import { texts } from '../texts.js';
import { Button } from '../components/Button.js';
import css from './auth.module.css';

/** A picture of a phone that shows the SMS of the sandbox. No real SMS was sent. */
export function SandboxPhone({ code, onUse }: { code: string; onUse: (code: string) => void }) {
  const { signIn } = texts;
  return (
    <section className={css['phone']} aria-label={signIn.phone}>
      <div className={css['speaker']} aria-hidden="true" />
      <p className={css['phoneTitle']}>{signIn.phone}</p>
      <div className={css['sms']} role="status">
        <p className={css['smsHead']}>
          <span>{signIn.phoneFrom}</span>
          <span>{signIn.phoneNow}</span>
        </p>
        <p>{signIn.sms(code)}</p>
      </div>
      <Button size="small" onClick={() => onUse(code)}>
        {signIn.useCode}
      </Button>
    </section>
  );
}
