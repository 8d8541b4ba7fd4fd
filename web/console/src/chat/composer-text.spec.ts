import { localStore } from '../../../ui/api/local-store.js';
import { ComposerText } from './composer-text.js';

// Node has no storages: those of `local-store` are in memory, and each ComposerText is a page of the same tab.
const openPage = (userId = 'p1'): ComposerText => {
  const texts = new ComposerText();
  texts.belongTo(userId);
  return texts;
};

it('a text survives a reload', () => {
  openPage().set('r1', 'half a sen');
  expect(openPage().of('r1').get()).toBe('half a sen');
});

it('a sent text does not come back with a reload, and what another tab has typed stays on the disk', () => {
  const page = openPage();
  page.set('r2', 'mine');
  localStore.setItem('chat.composer.p1.r2', 'of another tab');
  page.set('r2', '');
  expect(openPage().of('r2').get()).toBe('');
  expect(localStore.getItem('chat.composer.p1.r2')).toBe('of another tab');
});

it('a page that changes its person shows nothing of the one before', () => {
  const page = openPage();
  page.set('new', 'a secret');
  page.belongTo('p2');
  expect(page.of('new').get()).toBe('');
});

it('a refused message comes back before what was typed since', () => {
  const page = openPage();
  page.set('r3', 'second');
  page.restore('r3', 'first');
  expect(page.of('r3').get()).toBe('first\nsecond');
});
