import { composerText } from './composer-text.js';
import { keptEdit, endEdit, keepEdit, parseEdit } from './edit-text.js';

const now = () => parseEdit(keptEdit('room').get());

afterEach(() => composerText.forget());

it('an edit keeps its text as it is typed, spaces and lines included', () => {
  keepEdit('room', 'm1', ' two  words\nand a line ');
  expect(now()).toEqual({ messageId: 'm1', text: ' two  words\nand a line ' });
});

it('a text that is emptied is still edited; an ended edit is not', () => {
  keepEdit('room', 'm1', '');
  expect(now()).toEqual({ messageId: 'm1', text: '' });
  endEdit('room');
  expect(now()).toBeNull();
});

it('of two edits in a room the later one goes on', () => {
  keepEdit('room', 'm1', 'one');
  keepEdit('room', 'm2', 'two');
  expect(now()).toEqual({ messageId: 'm2', text: 'two' });
});
