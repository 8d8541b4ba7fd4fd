import type { ButtonHTMLAttributes, ReactNode } from 'react';
import css from './ui.module.css';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
  size?: 'normal' | 'small';
  children: ReactNode;
}

export function Button({ look = 'plain', size = 'normal', type = 'button', className, ...rest }: Props) {
  const names = [css['button'], look !== 'plain' && css[look], size === 'small' && css['small'], className];
  return <button type={type} className={names.filter(Boolean).join(' ')} {...rest} />;
}

/** An icon button; `label` is its accessible name. */
export function IconButton({
  label,
  look = 'quiet',
  isSmall = false,
  className,
  ...rest
}: Props & { label: string; isSmall?: boolean }) {
  const names = [css[isSmall ? 'smallIcon' : 'icon'], className];
  return (
    <Button
      look={look}
      aria-label={label}
      title={label}
      className={names.filter(Boolean).join(' ')}
      {...rest}
    />
  );
}
