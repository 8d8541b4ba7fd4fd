import type { Token } from 'marked';
import type { ReactNode } from 'react';
import { texts } from '../texts.js';
import { decoded } from './entities.js';
import { safeUrl } from './safe-url.js';
import type { InlineToken } from './tokens.js';

/** Renders the tokens within a line. */
export const Inline = ({ tokens = [] }: { tokens: Token[] | undefined }) => (
  <>
    {tokens.map((token, index) => (
      <One key={index} token={token as InlineToken} />
    ))}
  </>
);

function One({ token }: { token: InlineToken }) {
  switch (token.type) {
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return (
        <Link href={token.href}>
          <Inline tokens={token.tokens} />
        </Link>
      );
    case 'image':
      // Images become links: loading one would tell another server about the reader.
      return <Link href={token.href}>{texts.chat.imageLink(token.text)}</Link>;
    case 'escape':
      return <>{token.text}</>;
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : <>{decoded(token.text)}</>;
    case 'html':
      return <>{token.raw}</>;
  }
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const url = safeUrl(href);
  if (url === null) return <>{children}</>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
