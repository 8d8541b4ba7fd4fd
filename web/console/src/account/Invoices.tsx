import type { InvoiceDto, InvoicePage } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { dateText, moneyText } from '../../../ui/lib/format.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { safeUrl } from '../markdown/safe-url.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './account.module.css';

export function Invoices() {
  const [invoices, setInvoices] = useState<readonly InvoiceDto[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const { plan, common } = texts;
  const read = useTask(async (from: string | null) => {
    const query = from === null ? '' : `?cursor=${encodeURIComponent(from)}`;
    const page = await chat.get<InvoicePage>(`/subscription/invoices${query}`);
    setInvoices((all) => [...(from === null ? [] : (all ?? [])), ...page.data]);
    setCursor(page.next_cursor);
  });
  useEffect(() => read.run(null), [read.run]);

  return (
    <div className={css['invoices']}>
      <h3 className={css['subtitle']}>{plan.invoices}</h3>
      <ProblemNotice error={read.error} />
      {invoices?.length === 0 && <p className={css['soft']}>{plan.noInvoices}</p>}
      {invoices !== null && invoices.length > 0 && <InvoiceTable invoices={invoices} />}
      {cursor !== null && (
        <Button size="small" disabled={read.isRunning} onClick={() => read.run(cursor)}>
          {common.more}
        </Button>
      )}
    </div>
  );
}

function InvoiceTable({ invoices }: { invoices: readonly InvoiceDto[] }) {
  const { plan } = texts;
  return (
    <div className={css['table']} role="region" aria-label={plan.invoices} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{plan.invoiceDate}</th>
            <th scope="col">{plan.invoiceAmount}</th>
            <th scope="col">{plan.invoiceStatus}</th>
            <th scope="col">
              <span className="visually-hidden">{plan.invoiceLink}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => {
            const href = invoice.hosted_invoice_url && safeUrl(invoice.hosted_invoice_url);
            return (
              <tr key={invoice.id}>
                <td>{dateText(invoice.created_at)}</td>
                <td>{moneyText(invoice.total, invoice.currency)}</td>
                <td>{invoice.status}</td>
                <td>
                  {href && (
                    <a
                      href={href}
                      target="_blank"
                      rel="noopener noreferrer"
                      aria-label={plan.viewInvoice(invoice.number ?? invoice.id)}
                    >
                      {plan.invoiceLink}
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
