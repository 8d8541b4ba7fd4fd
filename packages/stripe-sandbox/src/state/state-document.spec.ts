import { StateDocument } from './state-document.js';

it('a part that is replaced without a look at it is a change, which a later failure does not take back', () => {
  const document = new StateDocument();
  document.change((state) => state.scripts.push({ outcome: 'hang', times: 1 }));
  const { changes } = document.change((state) => {
    state.scripts = [];
  });
  expect(changes).toEqual([{ part: 'scripts', id: '', body: '[]' }]);
  const failing = () =>
    document.change((state) => {
      state.scripts.push({ outcome: 'cut', times: 1 });
      throw new Error('refused');
    });
  expect(failing).toThrow('refused');
  expect(document.read(({ scripts }) => scripts)).toEqual([]);
});
