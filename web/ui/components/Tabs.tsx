import { useId, type KeyboardEvent, type ReactNode } from 'react';
import css from './ui.module.css';

export interface Tab {
  name: string;
  label: string;
  panel: () => ReactNode;
}

interface Props {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  onChoose: (name: string) => void;
}

/** A tab list and its panel. Arrow keys move between tabs. */
export function Tabs({ label, tabs, chosen, onChoose }: Props) {
  const id = useId();
  const index = tabs.findIndex(({ name }) => name === chosen);
  const move = ({ key, currentTarget }: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    const next = (index + step + tabs.length) % tabs.length;
    onChoose(tabs[next]!.name);
    currentTarget.querySelectorAll('button')[next]?.focus();
  };
  return (
    <>
      <div className={css['tabs']} role="tablist" aria-label={label} onKeyDown={move} tabIndex={-1}>
        {tabs.map(({ name, label: text }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-controls={`${id}-panel`}
            aria-selected={name === chosen}
            tabIndex={name === chosen ? 0 : -1}
            className={css['tab']}
            onClick={() => onChoose(name)}
          >
            {text}
          </button>
        ))}
      </div>
      <div
        className={css['tabPanel']}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${chosen}`}
        tabIndex={0}
      >
        {tabs[index]?.panel()}
      </div>
    </>
  );
}
