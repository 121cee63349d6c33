// What payouts holds of a person.
import type { Personal } from '#platform/personal';

const BOOKS = { because: 'payouts are kept as the law wants; the ids in them name nobody any more' };

export const personal: Personal = {
  tables: {
    payouts: {
      of: 'maker_id',
      hand: 'amount currency state made_at arrives_at failure',
      plain: 'provider_id account_id',
      erase: BOOKS,
    },
    fund_holds: { of: 'maker_id', hand: 'order_id since lifted_at', erase: BOOKS },
    fund_releases: { of: 'maker_id', hand: 'order_id amount currency released_at', erase: BOOKS },
    money_cases: { of: 'maker_id', plain: 'state signals facts', erase: BOOKS },
    money_case_steps: { of: 'by_id', plain: 'command reason', erase: BOOKS },
    maker_thresholds: { of: 'maker_id', hand: 'percent at', erase: 'delete' },
    book_incidents: { of: 'resolved_by', plain: 'kind subject currency note', erase: BOOKS },
  },
};
