import { useEffect, useState } from 'react';
import { texts } from '../texts.js';
import { IconButton } from './Button.js';
import { Icon } from './Icon.js';

const SHOWN_MS = 2000;

export function CopyButton({ label, text }: { label: string; text: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <>
      <IconButton label={label} isSmall onClick={() => void copy().catch(() => undefined)}>
        <Icon name={isCopied ? 'check' : 'copy'} />
      </IconButton>
      <span className="visually-hidden" role="status">
        {isCopied ? texts.copied : ''}
      </span>
    </>
  );
}
