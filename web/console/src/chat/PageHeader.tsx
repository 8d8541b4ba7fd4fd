import type { ReactNode } from 'react';
import { usePageTitle } from '../../../ui/lib/page-title.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { DrawerButton } from '../sandbox/DrawerButton.js';
import css from './chat.module.css';

/** The bar above a page: the menu button on a phone, the title, the actions. */
export function PageHeader({
  title,
  onMenu,
  children,
}: {
  title: string;
  onMenu: () => void;
  children?: ReactNode;
}) {
  usePageTitle(title, texts.product);
  return (
    <header className={css['header']}>
      <IconButton label={texts.rooms.open} className={css['menuButton']} onClick={onMenu}>
        <Icon name="menu" />
      </IconButton>
      <h1 className={css['headerTitle']}>{title}</h1>
      <div className={css['headerActions']}>
        {children}
        <DrawerButton />
      </div>
    </header>
  );
}
