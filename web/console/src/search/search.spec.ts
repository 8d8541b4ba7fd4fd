import type { SearchResultDto } from '@chat-backend/client';
import { jest } from '@jest/globals';
import { Search, type ReadPage } from './search.js';

const result = (id: string): SearchResultDto => ({ room: { id, name: id }, message: null });
const page = (ids: string[], next_cursor: string | null = null) => ({ data: ids.map(result), next_cursor });

function newSearch() {
  const readPage = jest.fn<ReadPage>(async (query) => page([query]));
  const search = new Search(readPage);
  const shown = () => search.view.get().results.map(({ room }) => room.id);
  const asked = () => readPage.mock.calls.map(([query, cursor]) => [query, cursor]);
  return { search, readPage, shown, asked };
}

const pauseTyping = () => jest.advanceTimersByTimeAsync(1000);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('what is typed is searched for at a pause, once', async () => {
  const { search, asked, shown } = newSearch();
  for (const text of ['s', 'su', 'sun ']) search.type(text);
  expect([asked(), search.view.get().isSearching]).toEqual([[], true]);
  await pauseTyping();
  search.type(' sun');
  await pauseTyping();
  expect([asked(), shown()]).toEqual([[['sun', null]], ['sun']]);
});

it('a later search aborts an earlier one, whose results are not shown', async () => {
  const { search, readPage, shown } = newSearch();
  let answer = (_ids: string[]) => undefined as void;
  readPage.mockImplementationOnce(() => new Promise((resolve) => (answer = (ids) => resolve(page(ids)))));
  search.type('one');
  await pauseTyping();
  search.type('two');
  expect(readPage.mock.calls[0]![2].aborted).toBe(true);
  answer(['late']);
  await pauseTyping();
  expect(shown()).toEqual(['two']);
});

it('the next page follows the results; pages without results are passed over', async () => {
  const { search, readPage, asked, shown } = newSearch();
  readPage.mockResolvedValueOnce(page([], 'c1')).mockResolvedValueOnce(page(['a'], 'c2'));
  search.type('x');
  await pauseTyping();
  expect([shown(), search.view.get().cursor]).toEqual([['a'], 'c2']);
  search.more();
  await pauseTyping();
  expect([asked(), shown()]).toEqual([
    [
      ['x', null],
      ['x', 'c1'],
      ['x', 'c2'],
    ],
    ['a', 'x'],
  ]);
});

it('an error is shown, and the same words can be searched for again', async () => {
  const { search, readPage, shown } = newSearch();
  readPage.mockRejectedValueOnce(new Error('away'));
  search.type('x');
  await pauseTyping();
  expect(search.view.get()).toMatchObject({ error: new Error('away'), isSearching: false });
  search.now();
  await pauseTyping();
  expect([search.view.get().error, shown()]).toEqual([null, ['x']]);
});

it('an empty field shows nothing, and ends the search', async () => {
  const { search, readPage, shown } = newSearch();
  search.type('x');
  search.type('  ');
  await pauseTyping();
  expect([readPage.mock.calls.length, shown(), search.view.get().query]).toEqual([0, [], '']);
});

it('a query is cut to what the API takes, between two code points', () => {
  const { search } = newSearch();
  search.type('😀'.repeat(300));
  expect([...search.view.get().query]).toHaveLength(200);
});
