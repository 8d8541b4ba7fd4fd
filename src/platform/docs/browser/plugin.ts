import type { Operation } from './call.js';
import type { Step } from './guide.js';
import { Session } from './session.js';
import type { Spec, SwaggerResponse, System } from './swagger-system.js';
import { Tour } from './tour.js';

/** Name of the scheme in `components.securitySchemes`. */
const SCHEME = 'bearer';

/** Path of an operation in the layout: `operations`, its tag, its id. */
type Show = (thing: string[], isShown?: boolean) => unknown;
type Action = (path: string, method: string, response: SwaggerResponse) => unknown;

/**
 * The tour, as a plugin of Swagger UI: a panel at the top, a hint below each response, filled-in fields, a fresh token.
 */
export function tourPlugin(spec: Spec) {
  return (system: System) => {
    const session = new Session(
      (url, request) => fetch(url, request),
      (token) => authorise(system, token),
    );
    const tour = new Tour(system, spec, session);
    const element = system.React.createElement;

    const open = (step: Step, className: string) =>
      element('button', { className, type: 'button', onClick: () => tour.show(step) }, step.label);

    function StartHere() {
      const [, redraw] = system.React.useReducer((count) => count + 1, 0);
      system.React.useEffect(() => tour.watch(redraw), []);
      const groups = tour.groups().map(({ title, steps }) =>
        element(
          'li',
          { key: title },
          element('strong', null, title),
          steps.map((step) =>
            element(
              'span',
              { key: step.path + step.method, className: tour.isDone(step) ? 'tour-done' : '' },
              open(step, 'tour-step'),
            ),
          ),
        ),
      );
      return element(
        'section',
        { className: 'tour', 'aria-labelledby': 'tour-title' },
        element('h2', { id: 'tour-title' }, 'Start here'),
        element('p', null, 'Open a step and press Execute. What the API answers is filled in for you.'),
        element('ol', null, groups),
      );
    }

    function HintBelow({ path, method }: Operation) {
      const hint = tour.hintFor({ path, method });
      if (!hint) return null;
      return element(
        'div',
        { className: 'tour-hint', role: 'status' },
        element('p', null, hint.text),
        hint.link &&
          element('a', { href: hint.link.href, target: '_blank', rel: 'noreferrer' }, hint.link.label),
        hint.next && open(hint.next, 'tour-next'),
      );
    }

    return {
      fn: { tourFetch: session.fetch },
      statePlugins: {
        layout: {
          wrapActions: {
            show:
              (original: Show): Show =>
              (thing, isShown) => {
                if (isShown && thing.length === 3 && thing[0] === 'operations') tour.opened(thing[2]!);
                return original(thing, isShown);
              },
          },
        },
        spec: {
          wrapActions: {
            setResponse:
              (original: Action): Action =>
              (path, method, response) => {
                tour.answered(path, method, response);
                return original(path, method, response);
              },
          },
        },
      },
      wrapComponents: {
        InfoContainer: (Original: unknown) => (props: object) =>
          element('div', null, element(Original, props), element(StartHere, null)),
        liveResponse: (Original: unknown) => (props: Operation) =>
          element('div', null, element(HintBelow, props), element(Original, props)),
      },
    };
  };
}

function authorise({ authActions }: System, token: string | null): void {
  if (token === null) authActions.logoutWithPersistOption([SCHEME]);
  else
    authActions.authorizeWithPersistOption({
      [SCHEME]: { name: SCHEME, schema: { type: 'http', scheme: 'bearer' }, value: token },
    });
}
