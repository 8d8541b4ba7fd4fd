import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followOtherTabs, startSession } from '../../ui/api/chat.js';
import { App } from './App.js';
import { startTheme } from '../../ui/lib/theme.js';
import { texts } from './texts.js';
import '../../ui/styles/tokens.css';
import '../../ui/styles/base.css';

document.title = texts.product;
document.documentElement.lang = texts.language;
startTheme();
followOtherTabs();
void startSession();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
