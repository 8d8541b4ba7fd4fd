import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { IconButton } from './Button.js';
import { Icon, type IconName } from './Icon.js';
import css from './ui.module.css';

export interface MenuItem {
  label: string;
  icon: IconName;
  isDanger?: boolean;
  onSelect: () => void;
}

interface Props {
  label: string;
  items: readonly MenuItem[];
  icon?: ReactNode;
}

/** A menu button. Arrow keys move in the menu; Escape and a click outside close it. */
export function Menu({ label, items, icon = <Icon name="more" /> }: Props) {
  const [place, setPlace] = useState<{ top: number; right: number } | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = (focusButton: boolean) => {
    setPlace(null);
    if (focusButton) anchor.current?.querySelector('button')?.focus();
  };

  useEffect(() => {
    if (!place) return;
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const closeOutside = ({ target }: Event) => {
      if (!anchor.current?.contains(target as Node)) setPlace(null);
    };
    const closeOnScroll = () => setPlace(null);
    document.addEventListener('pointerdown', closeOutside);
    addEventListener('resize', closeOnScroll);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      removeEventListener('resize', closeOnScroll);
    };
  }, [place]);

  const open = () => {
    const box = anchor.current!.getBoundingClientRect();
    const height = items.length * 36 + 12;
    const below = box.bottom + 4;
    const top = below + height > innerHeight ? Math.max(8, box.top - height - 4) : below;
    setPlace({ top, right: Math.max(8, innerWidth - box.right) });
  };

  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return close(true);
    if (event.key === 'Tab') return close(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = [...list.current!.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const now = all.indexOf(document.activeElement as HTMLElement);
    all.at((now + step) % all.length)?.focus();
  };

  return (
    <div className={css['menuAnchor']} ref={anchor}>
      <IconButton
        label={label}
        isSmall
        aria-haspopup="menu"
        aria-expanded={place !== null}
        onClick={() => (place ? close(false) : open())}
      >
        {icon}
      </IconButton>
      {place && (
        <div
          className={css['menu']}
          role="menu"
          aria-label={label}
          ref={list}
          style={place}
          onKeyDown={move}
          tabIndex={-1}
        >
          {items.map(({ label: name, icon: picture, isDanger, onSelect }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={`${css['menuItem']} ${isDanger ? css['menuDanger'] : ''}`}
              onClick={() => {
                close(true);
                onSelect();
              }}
            >
              <Icon name={picture} />
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
