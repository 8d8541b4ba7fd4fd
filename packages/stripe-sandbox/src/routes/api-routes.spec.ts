import { parseForm } from '../wire/form.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { API_ROUTES } from './api-routes.js';

const parameters = API_ROUTES.flatMap(({ method, path, names, read }) =>
  names.map((name) => ({ route: `${method} ${path}`, name, read })),
);

/** The error of one parameter alone; null: accepted. Errors of missing parameters are ignored. */
function refusalOf(read: (typeof API_ROUTES)[number]['read'], form: string, name: string) {
  try {
    read(parseForm(form), 'id');
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(StripeApiError);
    const { status, details } = error as StripeApiError;
    return { status, isAbout: details.param?.split('[')[0] === name, code: details.code };
  }
}

it('the routes have parameters', () => expect(parameters.length).toBeGreaterThan(100));

it('an empty text clears a clearable parameter and is refused, by name, for every other', () => {
  const empty = parameters.map(({ route, name, read }) => ({
    of: `${route} ${name}`,
    refusal: refusalOf(read, `${name}=`, name),
  }));
  const [taken, refused] = [true, false].map((isTaken) =>
    empty.filter(({ refusal }) => !(refusal?.isAbout ?? false) === isTaken),
  ) as [typeof empty, typeof empty];
  expect(new Set(refused.map(({ refusal }) => refusal!.status))).toEqual(new Set([400]));
  expect(taken.map(({ of }) => of).filter((of) => !CLEARABLE.test(of))).toEqual([]);
});
const CLEARABLE =
  /^POST \S+ (metadata|description)$|^POST \/v1\/customers(\/:id)? (email|name|phone|address)$|^POST \/v1\/subscriptions\/:id (cancel_at|pause_collection)$/;

it.each(parameters)('$route: $name in a form that it has not is refused by name', ({ read, name }) => {
  const forms = [`${name}=%01!`, `${name}[][]=x`, `${name}[x][y]=z`, `${name}[0]=x&${name}[1]=y`];
  const refusals = forms.map((form) => refusalOf(read, form, name));
  // Each is a text, a list of lists, a hash of hashes, a list of texts: no parameter is all of them.
  expect(refusals.filter((refusal) => refusal?.isAbout).length).toBeGreaterThanOrEqual(3);
  for (const refusal of refusals) if (refusal) expect(refusal.status).toBe(400);
});

it.each(parameters)('$route: $name twice, with NUL, or with another beside is refused', ({ read, name }) => {
  expect(refusalOf(read, `${name}=a&${name}=a`, name)).toMatchObject({ status: 400, isAbout: true });
  expect(refusalOf(read, `${name}=a%00`, name)).toMatchObject({ status: 400, isAbout: true });
  expect(refusalOf(read, `${name}_=a`, `${name}_`)).toMatchObject({
    code: 'parameter_unknown',
    isAbout: true,
  });
});
