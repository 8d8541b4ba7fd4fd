import { memo, useEffect, useState } from 'react';
import { texts } from '../texts.js';
import { CopyButton } from '../../../ui/components/CopyButton.js';
import type { CodePart } from './highlight.js';
import css from './markdown.module.css';

type Highlight = (code: string, language: string) => readonly CodePart[];
/** Loaded with the first code block. */
let loaded: Highlight | null = null;

/** A code block with its language and a copy button. */
export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string }) {
  const highlight = useHighlight();
  const name = language.split(/\s/)[0] ?? '';
  const parts: readonly CodePart[] = highlight?.(code, name) ?? [{ kind: null, text: code }];
  return (
    <figure className={css['code']}>
      <figcaption className={css['codeHead']}>
        <span>{name}</span>
        <CopyButton label={texts.chat.copyCode} text={code} />
      </figcaption>
      <pre tabIndex={0}>
        <code>
          {parts.map(({ kind, text }, index) =>
            kind === null ? (
              text
            ) : (
              <span key={index} className={css[kind]}>
                {text}
              </span>
            ),
          )}
        </code>
      </pre>
    </figure>
  );
});

function useHighlight(): Highlight | null {
  const [highlight, setHighlight] = useState<Highlight | null>(() => loaded);
  useEffect(() => {
    if (highlight) return;
    let isShown = true;
    import('./highlight.js').then(
      (module) => {
        loaded = module.highlight;
        if (isShown) setHighlight(() => module.highlight);
      },
      // Without the highlighter the code is shown plain.
      () => undefined,
    );
    return () => {
      isShown = false;
    };
  }, [highlight]);
  return highlight;
}
