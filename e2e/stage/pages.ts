/** Every page of the app on a filled site: whose it is, where, what is done there, and what shows that it is all there. */
import type { Locator, Page } from 'playwright-core';
import type { Account } from './accounts.ts';
import type { Filled } from './filled.ts';

export type Stop = {
  name: string;
  /** null: a stranger. */
  who: Account | null;
  path: string;
  /** What is pressed on it, e.g. to open a sheet. */
  act?: (page: Page) => Promise<void>;
  /** Is there when the page is. */
  shows: (page: Page) => Locator;
  /** Answers that belong to the page. */
  expects?: RegExp;
};

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first();
const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first();
const press =
  (role: 'button' | 'tab' | 'menuitem', ...names: readonly string[]) =>
  async (page: Page) => {
    for (const name of names) await page.getByRole(role, { name, exact: true }).first().click();
  };

export function tourOf(
  { ines, anna, noor, ada, stories, auctionId, lockId, orderId }: Filled,
  titles: readonly string[],
): Stop[] {
  const [auctioned = '', open = '', sold = '', held = '', inReview = ''] = titles;
  const editor = `/studio/stories/${stories.draft}`;
  const year = new Date().getUTCFullYear();
  const noListing = /^404 GET \/api\/v1\/stories\/:id\/listing$/;
  return [
    { name: 'feed', who: null, path: '/', shows: (page) => page.getByLabel(auctioned, { exact: true }) },
    { name: 'story', who: null, path: `/s/${stories.open}`, shows: heading(open) },
    { name: 'sign-in', who: null, path: '/sign-in', shows: heading('Sign in') },
    {
      name: 'sign-in-device',
      who: null,
      path: '/sign-in/device',
      shows: (page) => page.getByRole('img', { name: 'Picture to scan with the other device' }),
    },
    {
      name: 'sign-in-phone',
      who: null,
      path: '/sign-in',
      act: press('button', 'Use my phone'),
      shows: (page) => page.getByRole('textbox', { name: 'Phone' }),
    },
    { name: 'setup-over', who: null, path: '/setup', shows: heading('This is done') },
    { name: 'catalogue', who: null, path: '/catalogue', shows: heading('Catalogue') },
    {
      name: 'not-found',
      who: null,
      path: '/nowhere',
      shows: heading('We could not find this'),
      expects: /^404 GET \/nowhere$/,
    },
    { name: 'profile', who: anna, path: `/@${ines.handle}`, shows: text(sold) },
    { name: 'about-maker', who: anna, path: `/@${ines.handle}/about`, shows: text('Within 14 days.') },
    { name: 'auction', who: anna, path: `/s/${stories.auctioned}`, shows: text('You were outbid.') },
    { name: 'every-bid', who: anna, path: `/a/${auctionId}/log`, shows: text('The auction opened') },
    { name: 'bid', who: anna, path: `/s/${stories.auctioned}?act=bid`, shows: text('A bid is binding.') },
    { name: 'offer', who: anna, path: `/s/${stories.open}?act=offer`, shows: heading('Make an offer') },
    {
      name: 'story-menu',
      who: anna,
      path: `/s/${stories.open}`,
      act: press('button', 'More'),
      shows: (page) => page.getByRole('menuitem', { name: 'Report' }),
    },
    {
      name: 'report',
      who: anna,
      path: `/s/${stories.open}`,
      act: async (page) => {
        await press('button', 'More')(page);
        await press('menuitem', 'Report')(page);
      },
      shows: heading('Report'),
    },
    { name: 'to-pay', who: anna, path: '/orders', shows: text(held) },
    { name: 'bought', who: anna, path: '/orders?tab=bought', shows: text(sold) },
    { name: 'offers-made', who: anna, path: '/orders?tab=offers', shows: text(sold) },
    { name: 'pay', who: anna, path: `/pay/${lockId}`, shows: heading('Held for you') },
    { name: 'order', who: anna, path: `/orders/${orderId}`, shows: heading('Being packed') },
    {
      name: 'order-issue',
      who: anna,
      path: `/orders/${orderId}`,
      act: press('button', 'Something is wrong'),
      shows: heading('What is wrong?'),
    },
    { name: 'packing-slip', who: ines, path: `/orders/${orderId}/slip`, shows: heading('Packing slip') },
    { name: 'inbox', who: anna, path: '/inbox', shows: text('You were outbid') },
    { name: 'security', who: anna, path: '/you/security', shows: text('This one') },
    {
      name: 'security-phone',
      who: anna,
      path: '/you/security',
      act: press('button', 'Add one'),
      shows: (page) => page.getByRole('textbox', { name: 'Your number' }),
    },
    { name: 'cards', who: anna, path: '/you/cards', shows: text('No card saved') },
    { name: 'payments', who: anna, path: '/you/payments', shows: text(sold) },
    { name: 'keys-for-programs', who: anna, path: '/you/keys', shows: text('No keys yet') },
    { name: 'strikes', who: anna, path: '/strikes', shows: text('All is well') },
    { name: 'you', who: anna, path: '/you', shows: heading('This session') },
    { name: 'account', who: anna, path: '/you/account', shows: text('Delete it') },
    { name: 'settings', who: anna, path: '/you/settings', shows: text('Mails about') },
    { name: 'privacy', who: anna, path: '/you/privacy', shows: text('Nobody. Whom you block') },
    { name: 'you-profile', who: anna, path: '/you/profile', shows: text('About you') },
    { name: 'let-in', who: anna, path: '/you/device', shows: heading('Let a device in') },
    { name: 'become-maker', who: anna, path: '/studio/start', shows: heading('Become a maker') },
    { name: 'studio', who: ines, path: '/studio', shows: text(inReview) },
    { name: 'create', who: ines, path: '/create', shows: heading('Show how it is made') },
    { name: 'editor', who: ines, path: editor, shows: (page) => page.getByRole('textbox', { name: 'Title' }) },
    {
      name: 'editor-sale',
      who: ines,
      path: `${editor}?part=sale`,
      shows: heading('How the buyer gets it'),
      expects: noListing,
    },
    { name: 'editor-preview', who: ines, path: `${editor}?part=preview`, shows: text('A jug, perhaps') },
    {
      name: 'editor-captions',
      who: ines,
      path: `/studio/stories/${stories.inReview}?part=clip`,
      act: async (page) => {
        await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
        await press('button', 'Add', 'Add a line here')(page);
      },
      shows: (page) => page.getByRole('textbox', { name: 'Words of line 1' }),
    },
    {
      name: 'editor-chapters',
      who: ines,
      path: `/studio/stories/${stories.inReview}?part=clip`,
      act: async (page) => {
        await press('tab', 'Chapters')(page);
        await press('button', 'Add a chapter here')(page);
      },
      shows: (page) => page.getByRole('textbox', { name: 'Name of chapter 1' }),
    },
    { name: 'studio-pieces', who: ines, path: '/studio/pieces', shows: text('By offer and auction') },
    {
      name: 'studio-shipping',
      who: ines,
      path: '/studio/shipping',
      shows: heading('Write it once, use it for every piece'),
    },
    {
      name: 'studio-policies',
      who: ines,
      path: '/studio/policies',
      act: (page) => page.getByRole('textbox', { name: 'Town' }).fill('porto'),
      shows: (page) => page.getByRole('button', { name: 'Porto, Portugal' }),
    },
    { name: 'studio-offers', who: ines, path: '/studio/offers', shows: text('Bruno Costa') },
    { name: 'studio-orders', who: ines, path: '/studio/orders', shows: text(sold) },
    { name: 'order-to-ship', who: ines, path: `/orders/${orderId}`, shows: heading('Have you sent it?') },
    { name: 'balance', who: ines, path: '/studio/balance', shows: heading('Statements') },
    { name: 'tax-year', who: ines, path: `/studio/tax/${year}`, shows: heading(`Sales in ${year}`) },
    { name: 'payouts', who: ines, path: '/studio/payouts', shows: heading('Payouts') },
    { name: 'selling', who: ines, path: '/studio/start', shows: text('You can sell.') },
    { name: 'review', who: noor, path: '/moderation', shows: heading(inReview) },
    {
      name: 'review-reason',
      who: noor,
      path: '/moderation',
      act: press('button', 'Ask for changes'),
      shows: heading('What should change?'),
    },
    { name: 'issues', who: noor, path: '/moderation?tab=issues', shows: text('Nothing to decide') },
    { name: 'admin-makers', who: ada, path: '/admin/makers', shows: text('Nobody waits') },
    { name: 'appeals', who: noor, path: '/moderation?tab=appeals', shows: text('No appeals') },
    { name: 'bidders', who: noor, path: '/moderation?tab=bidders', shows: text('Nobody to look at') },
    { name: 'reports', who: noor, path: '/moderation?tab=reports', shows: text('I know the original.') },
    { name: 'setup', who: ada, path: '/setup', shows: text('Room on the disk') },
    { name: 'admin-users', who: ada, path: '/admin/users', shows: text(anna.email) },
    { name: 'admin-user', who: ada, path: `/admin/users/${anna.id}`, shows: heading('What you can do') },
    {
      name: 'admin-audit',
      who: ada,
      path: '/admin/audit',
      act: (page) => page.locator('summary').first().click(),
      shows: (page) => page.locator('details[open]').getByText('entry', { exact: true }),
    },
    { name: 'admin-security', who: ada, path: '/admin/security', shows: text(/^Video Window \d/) },
    { name: 'admin-health', who: ada, path: '/admin/health', shows: text('Room on the disk') },
    { name: 'admin-money', who: ada, path: '/admin/money', shows: heading('Accounts') },
    { name: 'admin-order', who: ada, path: `/admin/orders/${orderId}`, shows: heading("The ledger's lines") },
    { name: 'admin-disputes', who: ada, path: '/admin/disputes', shows: heading('No disputes') },
    { name: 'admin-cases', who: ada, path: '/admin/cases', shows: heading("Nobody's payouts are held") },
    { name: 'admin-media', who: ada, path: '/admin/media', shows: text('Nothing here') },
    {
      name: 'admin-storage',
      who: ada,
      path: '/admin/storage',
      act: async (page) => {
        await page.getByRole('button', { name: 'Measure now' }).click();
        await page.getByText('Measured.', { exact: true }).waitFor();
      },
      shows: text('Pictures, covers and previews'),
    },
  ];
}
