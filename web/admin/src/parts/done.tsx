import { Store, useStore } from '../../../ui/lib/store.js';
import { Button } from '../../../ui/components/Button.js';
import { Notice } from '../../../ui/components/Notice.js';
import { texts } from '../texts.js';
import css from './parts.module.css';

const message = new Store<string | null>(null);

/** Says what an act has done. */
export const done = (text: string): void => message.set(text);

export function Done() {
  const text = useStore(message);
  return (
    <div className={css['done']} aria-live="polite">
      {text !== null && (
        <Notice tone="good" title={text}>
          <Button size="small" look="quiet" onClick={() => message.set(null)}>
            {texts.common.dismiss}
          </Button>
        </Notice>
      )}
    </div>
  );
}
