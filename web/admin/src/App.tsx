import { texts } from './texts.js';

export const App = () => <h1>{texts.product}</h1>;
