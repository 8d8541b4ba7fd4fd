import { ApiProperty } from '@nestjs/swagger';
import type Stripe from 'stripe';
import { PageOf } from '../../platform/fields/page.js';

export class InvoiceDto {
  @ApiProperty({ description: 'Stripe’s id.', example: 'in_1a2b3c' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'A1B2C3-0001' })
  number!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stripe’s status: draft, open, paid, void or uncollectible. Values may be added.',
    example: 'paid',
  })
  status!: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'In the smallest unit of the currency, including tax.',
    example: 900,
  })
  total!: number;

  @ApiProperty({ type: 'integer', example: 900 })
  amount_paid!: number;

  @ApiProperty({ description: 'ISO 4217, lower case.', example: 'usd' })
  currency!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Page on which the invoice can be read and paid.',
    example: 'https://invoice.stripe.com/i/a1',
  })
  hosted_invoice_url!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The invoice as a PDF.',
    example: 'https://pay.stripe.com/invoice/a1/pdf',
  })
  invoice_pdf!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created_at!: string;
}

export class InvoicePage extends PageOf(InvoiceDto) {}

export const toInvoice = (invoice: Stripe.Invoice): InvoiceDto => ({
  id: invoice.id,
  number: invoice.number,
  status: invoice.status,
  total: invoice.total,
  amount_paid: invoice.amount_paid,
  currency: invoice.currency,
  hosted_invoice_url: invoice.hosted_invoice_url ?? null,
  invoice_pdf: invoice.invoice_pdf ?? null,
  created_at: new Date(invoice.created * 1000).toISOString(),
});
