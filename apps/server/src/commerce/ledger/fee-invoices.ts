// Our own invoices to makers, for our fee: a month's, once the month is over. The marketplace is the legal seller.
import { DomainError, type FileAnswer } from '@videowindow/contract';
import type { FeeInvoice } from '@videowindow/contract/api/commerce';
import { format, type Money, money } from '@videowindow/contract/money';
import { newId } from '#platform/crypto';
import { type Database, type Reader, sql } from '#platform/database';
import type { Events } from '#platform/events';
import { dayOf, drawPaper, numberText } from '#platform/pdf';

/** Who the marketplace is on its invoices: a name, and lines such as its address and tax number. */
type LegalSeller = { readonly name: string; readonly lines: readonly string[] };

export type FeeInvoicesDeps = {
  database: Database;
  events: Pick<Events, 'emit'>;
  currency: string;
  seller: LegalSeller;
  makerName(reader: Reader, makerId: string): Promise<string>;
};

/** What an invoice says; kept as it was issued. */
type Document = {
  readonly seller: LegalSeller;
  readonly buyer: string;
  readonly month: string;
  readonly taken: Money;
  readonly givenBack: Money;
};

type Row = { id: string; month: string; number: number; currency: string; amount: number; issuedAt: Date };
const COLUMNS = sql.raw('id, month, number, currency, amount, issued_at as "issuedAt"');

/** Issues what is missing of all months that are over. Twice, or by two at once, is once. @returns how many */
export const issueFeeInvoices = async (deps: FeeInvoicesDeps): Promise<number> => {
  const { database, currency } = deps;
  const { rows } = await sql<{ makerId: string; month: string; taken: number; givenBack: number }>`
    with fees as (
      select l.about_id as maker_id, to_char(e.at at time zone 'UTC', 'YYYY-MM') as month,
             -coalesce(sum(l.amount) filter (where l.amount < 0), 0)::bigint as taken,
             coalesce(sum(l.amount) filter (where l.amount > 0), 0)::bigint as given_back
      from ledger_lines l
      join ledger_entries e on e.id = l.entry_id
      where l.account = 'fee_revenue' and l.about_id is not null and l.currency = ${currency}
        and e.at < date_trunc('month', app_now() at time zone 'UTC') at time zone 'UTC'
      group by 1, 2
    )
    select maker_id as "makerId", month, taken, given_back as "givenBack"
    from fees f
    where not exists (
      select from fee_invoices i where i.maker_id = f.maker_id and i.month = f.month and i.currency = ${currency})
    order by month, maker_id`.execute(database.db);
  let issued = 0;
  for (const { makerId, month, taken, givenBack } of rows) {
    const document: Document = {
      seller: deps.seller,
      buyer: await deps.makerName(database.db, makerId),
      month,
      taken: money(taken, currency),
      givenBack: money(givenBack, currency),
    };
    if (await issue(deps, makerId, document)) issued++;
  }
  return issued;
};

/** A number is drawn under a lock that lasts until it is used, or given back: no gaps. @returns whether it was new */
const issue = (deps: FeeInvoicesDeps, makerId: string, document: Document): Promise<boolean> =>
  deps.database.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('ledger:fee_invoices', 0))`.execute(tx);
    const { month, taken, givenBack } = document;
    const { rows } = await sql<{ id: string }>`
      insert into fee_invoices (id, maker_id, month, number, currency, amount, issued_at, document)
      select ${newId()}::uuid, ${makerId}::uuid, ${month}, coalesce(max(number), 0) + 1, ${taken.currency},
             ${taken.amount - givenBack.amount}::bigint, app_now(), ${JSON.stringify(document)}::jsonb
      from fee_invoices
      on conflict (maker_id, month, currency) do nothing
      returning id`.execute(tx);
    const [made] = rows;
    if (!made) return false;
    await deps.events.emit(tx, 'ledger.fee_invoiced', made.id, {
      invoiceId: made.id,
      makerId,
      month,
      amount: money(taken.amount - givenBack.amount, taken.currency),
    });
    return true;
  });

/** A maker's, the newest month first. */
export const feeInvoicesOf = async (reader: Reader, makerId: string): Promise<FeeInvoice[]> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from fee_invoices where maker_id = ${makerId} order by month desc, number desc`.execute(reader);
  return rows.map(({ currency, amount, issuedAt, ...row }) => ({
    ...row,
    amount: money(amount, currency),
    issuedAt: issuedAt.toISOString(),
  }));
};

/** One of them as a file; it is drawn anew from what was frozen, and so always the same. @throws DomainError not_found */
export const feeInvoiceFile = async (reader: Reader, makerId: string, id: string): Promise<FileAnswer> => {
  const { rows } = await sql<Row & { document: Document }>`
    select ${COLUMNS}, document from fee_invoices where id = ${id} and maker_id = ${makerId}`.execute(reader);
  const [row] = rows;
  if (!row) throw new DomainError('not_found');
  return { name: `fee-${row.month}-${numberText(row.number)}.pdf`, bytes: await draw(row, row.document) };
};

const draw = ({ number, amount, currency, issuedAt }: Row, { seller, buyer, month, taken, givenBack }: Document) => {
  const at = issuedAt.toISOString();
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
  const sum = (value: Money) => format(value, 'en');
  return drawPaper({
    title: amount < 0 ? 'Credit note' : 'Invoice',
    number: numberText(number),
    author: seller.name,
    at: issuedAt,
    facts: [`Issued ${dayOf(at)}`, `For ${name}`],
    sides: [
      ['From', [seller.name, ...seller.lines]],
      ['To', [buyer]],
    ],
    rows: [
      [`Our fee on what you sold in ${name}`, sum(taken)],
      ...(givenBack.amount > 0
        ? [['Given back with refunds', sum(money(0 - givenBack.amount, currency))] as const]
        : []),
    ],
    sums: [[amount < 0 ? 'Total, to your favour' : 'Total, paid', sum(money(amount, currency))]],
    note: 'It was kept from what buyers paid, sale by sale: nothing is left to be paid. Your statement of the month has every line of it.',
  });
};
