import { useEffect, useRef, useState } from 'react';
import { traffic } from '../../../ui/api/traffic.js';
import { useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { Tabs } from '../../../ui/components/Tabs.js';
import { Clock } from './Clock.js';
import { isDrawerOpen } from './DrawerButton.js';
import { Events } from './Events.js';
import { Model } from './Model.js';
import { SmsInbox } from './SmsInbox.js';
import css from './sandbox.module.css';

/** The drawer of the sandbox: requests and events, the SMS inbox, scripts for the model, the clock. */
export default function Drawer() {
  const [tab, setTab] = useState('events');
  const sandboxes = useStore(traffic.sandboxes);
  const drawer = useRef<HTMLElement>(null);
  const { sandbox } = texts;
  useEffect(() => drawer.current?.querySelector('button')?.focus(), []);
  const tabs = [
    { name: 'events', label: sandbox.events, panel: () => <Events /> },
    { name: 'sms', label: sandbox.sms, panel: () => <SmsInbox />, of: 'sms' },
    { name: 'model', label: sandbox.model, panel: () => <Model />, of: 'llm' },
    { name: 'clock', label: sandbox.clock, panel: () => <Clock /> },
  ].filter(({ of }) => of === undefined || sandboxes.includes(of));
  return (
    <aside
      ref={drawer}
      className={css['drawer']}
      aria-label={sandbox.title}
      onKeyDown={({ key }) => key === 'Escape' && isDrawerOpen.set(false)}
    >
      <div className={css['head']}>
        <h2 className={css['title']}>{sandbox.title}</h2>
        <IconButton label={sandbox.close} onClick={() => isDrawerOpen.set(false)}>
          <Icon name="close" />
        </IconButton>
      </div>
      <Tabs label={sandbox.tabs} tabs={tabs} chosen={tab} onChoose={setTab} />
    </aside>
  );
}
