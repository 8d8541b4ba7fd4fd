import { useRef } from 'react';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import css from './search.module.css';

interface Props {
  text: string;
  onText: (text: string) => void;
  /** Enter: search at once. */
  onSubmit: () => void;
  /** The arrow down: to the first result. */
  onDown: () => void;
}

/** Takes the words of a search. Escape empties it. */
export function SearchField({ text, onText, onSubmit, onDown }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const { search } = texts;
  const clear = () => {
    onText('');
    field.current?.focus();
  };
  return (
    <form
      role="search"
      className={css['field']}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        className={css['input']}
        aria-label={search.label}
        placeholder={search.placeholder}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            onDown();
          }
          if (event.key !== 'Escape' || text === '') return;
          // On a phone Escape would also close the sidebar.
          event.stopPropagation();
          event.preventDefault();
          clear();
        }}
      />
      {text !== '' && (
        <IconButton label={search.clear} isSmall onClick={clear}>
          <Icon name="close" size={14} />
        </IconButton>
      )}
    </form>
  );
}
