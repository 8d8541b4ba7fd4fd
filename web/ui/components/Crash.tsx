import { texts } from '../texts.js';
import { Button } from './Button.js';
import { Notice } from './Notice.js';

/** Shown where a part of the page has failed, for example after a deployment whose scripts have other names. */
export function Crash() {
  const { title, advice, reload } = texts.crash;
  return (
    <Notice tone="danger" title={title} advice={advice}>
      <Button size="small" onClick={() => location.reload()}>
        {reload}
      </Button>
    </Notice>
  );
}
