import { traffic } from '../../../ui/api/traffic.js';
import { Store, useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';

export const isDrawerOpen = new Store(false);

/** Opens the drawer. Rendered only when the API reports a sandbox. */
export function DrawerButton() {
  const sandboxes = useStore(traffic.sandboxes);
  const isOpen = useStore(isDrawerOpen);
  if (sandboxes.length === 0) return null;
  return (
    <IconButton label={texts.sandbox.open} aria-expanded={isOpen} onClick={() => isDrawerOpen.set(!isOpen)}>
      <Icon name="layers" />
    </IconButton>
  );
}
