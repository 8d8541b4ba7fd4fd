import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followOtherTabs, startSession } from './api/chat.js';
import { App } from './App.js';
import { startTheme } from './lib/theme.js';
import { texts } from './texts.js';
import './styles/tokens.css';
import './styles/base.css';

document.title = texts.product;
document.documentElement.lang = texts.language;
void startTheme();
followOtherTabs();
void startSession();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
