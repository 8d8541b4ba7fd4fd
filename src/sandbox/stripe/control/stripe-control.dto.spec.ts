import { DtoValidationPipe } from '../../../platform/fields/validation.pipe.js';
import { ReleaseStripeWebhooksDto, StripeWebhooksDto } from './stripe-control.dto.js';

const take = (metatype: new () => object, body: object) =>
  new DtoValidationPipe().transform(body, { type: 'body', metatype });

it.each([
  [StripeWebhooksDto, 'mode'],
  [StripeWebhooksDto, 'late_seconds'],
  [StripeWebhooksDto, 'secret'],
  [ReleaseStripeWebhooksDto, 'order'],
  [ReleaseStripeWebhooksDto, 'twice'],
])('%p: %s may be absent, and is refused as null', async (dto, field) => {
  await expect(take(dto, {})).resolves.toBeDefined();
  await expect(take(dto, { [field]: null })).rejects.toMatchObject({
    code: 'validation_failed',
    errors: [expect.objectContaining({ field })],
  });
});
