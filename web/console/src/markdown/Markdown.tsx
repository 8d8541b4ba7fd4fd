import { lexer, type Token, type Tokens } from 'marked';
import { memo, useMemo } from 'react';
import { texts } from '../texts.js';
import { CodeBlock } from './CodeBlock.js';
import { Inline } from './Inline.js';
import type { BlockToken } from './tokens.js';
import css from './markdown.module.css';

/**
 * Renders a model's Markdown as elements, never as HTML: a tag in the text is shown as text. While the text grows only its
 * last block renders again.
 */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => lexer(text, { gfm: true, breaks: true }), [text]);
  const shift = headingShift(blocks);
  // A link may be defined below its use: then blocks whose text is the same render again.
  const definitions = Object.keys(blocks.links).length;
  return (
    <div className={css['text']}>
      {blocks.map((token, index) => (
        <Block key={index} token={token as BlockToken} shift={shift} definitions={definitions} />
      ))}
    </div>
  );
}

/** Levels by which headings are lowered: the page title is level 1, so the text's highest heading becomes level 2. */
const headingShift = (blocks: readonly Token[]): number =>
  2 - Math.min(...blocks.map((token) => (token.type === 'heading' ? (token as Tokens.Heading).depth : 6)));

const Block = memo(
  function Block({ token, shift = 0 }: { token: BlockToken; shift?: number; definitions?: number }) {
    switch (token.type) {
      case 'heading': {
        const Level = `h${Math.min(6, token.depth + shift)}` as 'h3';
        return (
          <Level className={css[`level${token.depth}`]}>
            <Inline tokens={token.tokens} />
          </Level>
        );
      }
      case 'paragraph':
        return (
          <p>
            <Inline tokens={token.tokens} />
          </p>
        );
      case 'text':
        return token.tokens ? <Inline tokens={token.tokens} /> : <>{token.text}</>;
      case 'code':
        return <CodeBlock code={token.text} language={token.lang ?? ''} />;
      case 'blockquote':
        return (
          <blockquote>
            <Blocks tokens={token.tokens} />
          </blockquote>
        );
      case 'list':
        return <List list={token} />;
      case 'table':
        return <Table table={token} />;
      case 'hr':
        return <hr />;
      case 'html':
        return <p>{token.text}</p>;
      case 'space':
      case 'def':
        return null;
    }
  },
  (before, after) =>
    before.token.raw === after.token.raw &&
    before.token.type === after.token.type &&
    before.shift === after.shift &&
    before.definitions === after.definitions,
);

const Blocks = ({ tokens = [] }: { tokens: Token[] | undefined }) => (
  <>
    {tokens.map((token, index) => (
      <Block key={index} token={token as BlockToken} />
    ))}
  </>
);

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index} className={item.task ? css['task'] : undefined}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} disabled aria-label={item.text} />}
      <Blocks tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} />
    </li>
  ));
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

/** A wide table scrolls within its frame; the frame takes focus for keyboard scrolling. */
function Table({ table }: { table: Tokens.Table }) {
  const alignOf = (cell: Tokens.TableCell) => (cell.align ? css[cell.align] : undefined);
  return (
    <div className={css['table']} role="region" aria-label={texts.chat.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index} scope="col" className={alignOf(cell)}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, nth) => (
            <tr key={nth}>
              {row.map((cell, index) => (
                <td key={index} className={alignOf(cell)}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
