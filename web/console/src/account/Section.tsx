import { useId, type ReactNode } from 'react';
import css from './account.module.css';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={css['section']} aria-labelledby={id}>
      <h2 className={css['sectionTitle']} id={id}>
        {title}
      </h2>
      <div className={css['sectionBody']}>{children}</div>
    </section>
  );
}
