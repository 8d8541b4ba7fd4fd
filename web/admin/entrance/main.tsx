import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followOtherTabs, startSession } from '../../ui/api/chat.js';
import { startTheme } from '../../ui/lib/theme.js';
import { Entrance } from './Entrance.js';
import '../../ui/styles/tokens.css';
import '../../ui/styles/base.css';

startTheme();
followOtherTabs();
void startSession();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Entrance />
  </StrictMode>,
);
