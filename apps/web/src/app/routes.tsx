// Every page of the app: its address, who may open it, and the chunk that draws it.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  notFound,
  lazyRouteComponent as page,
  redirect,
} from '@tanstack/react-router';
import { can } from '@videowindow/contract';
import type { Me } from '@videowindow/contract/api/people';
import { type MediaStateName, mediaStateNames } from '../features/admin/media-words.ts';
import { type OrdersTab, ordersTabs } from '../features/commerce/orders-tabs.ts';
import { type PieceState, pieceStates } from '../features/commerce/piece-state-names.ts';
import { FeedPage } from '../features/discovery/feed-page.tsx';
import { feedQuery } from '../features/discovery/feed-query.ts';
import { read } from '../lib/queries.ts';
import { NotFoundPage } from './errors.tsx';
import { sessionQuery } from './session.ts';
import { Shell } from './shell.tsx';

type Context = { queries: QueryClient };

const root = createRootRouteWithContext<Context>()({ component: Shell, notFoundComponent: NotFoundPage });

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <const T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((one) => one === value);

/** Only paths of our own: a link could carry somebody else's address here. */
const ownPath = (value: unknown): string | undefined => {
  const path = text(value);
  return path && /^\/(?![/\\])/.test(path) ? path : undefined;
};

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  // Not awaited: the page shows its own skeleton and errors.
  loader: ({ context }) => void context.queries.prefetchInfiniteQuery(feedQuery),
  // Not a chunk of its own: most people come in here, and it would cost them a round trip.
  component: FeedPage,
  staticData: { chrome: 'video', hints: ['J K move · M mute', 'B bid · Space pause'] },
});

const story = createRoute({
  getParentRoute: () => root,
  path: '/s/$storyId',
  validateSearch: (search): { act?: 'bid' | 'offer' | 'buy' | undefined } => ({
    act: oneOf(search.act, ['bid', 'offer', 'buy']),
  }),
  loader: ({ context, params }) =>
    void context.queries.prefetchQuery(read('GET /feed/story/:id', { params: { id: params.storyId } })),
  component: page(() => import('../features/discovery/story-page.tsx'), 'StoryPage'),
  staticData: { chrome: 'story', hints: ['M mute · B bid', 'Space pause'] },
});

const auction = createRoute({
  getParentRoute: () => root,
  path: '/a/$auctionId',
  beforeLoad: async ({ context, params }) => {
    const view = await context.queries.ensureQueryData(read('GET /auctions/:id', { params: { id: params.auctionId } }));
    throw redirect({ to: '/s/$storyId', params: { storyId: view.storyId }, replace: true });
  },
});

const auctionLog = createRoute({
  getParentRoute: () => root,
  path: '/a/$auctionId/log',
  component: page(() => import('../features/commerce/auction-log-page.tsx'), 'AuctionLogPage'),
});

const profile = createRoute({
  getParentRoute: () => root,
  path: '/@{$handle}',
  component: page(() => import('../features/people/profile-page.tsx'), 'ProfilePage'),
});

const aboutMaker = createRoute({
  getParentRoute: () => root,
  path: '/@{$handle}/about',
  component: page(() => import('../features/people/makers/about-page.tsx'), 'AboutMakerPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { back?: string | undefined } => ({ back: ownPath(search.back) }),
  component: page(() => import('../features/people/sign-in-page.tsx'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: page(() => import('../features/setup/setup-page.tsx'), 'SetupPage'),
});

const googleReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/google',
  component: page(() => import('../features/people/keys/social-return-page.tsx'), 'GoogleReturnPage'),
});

const appleReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/apple',
  component: page(() => import('../features/people/keys/social-return-page.tsx'), 'AppleReturnPage'),
});

const newDevice = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/device',
  validateSearch: (search): { back?: string | undefined } => ({ back: ownPath(search.back) }),
  component: page(() => import('../features/people/keys/new-device-page.tsx'), 'NewDevicePage'),
});

const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  component: page(() => import('../features/catalogue/catalogue-page.tsx'), 'CataloguePage'),
});

/** Pages of people we know; others sign in first and come back to where they wanted to go. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const { user } = await context.queries.ensureQueryData(sessionQuery);
    if (!user) throw redirect({ to: '/sign-in', search: { back: location.href } });
    return { me: user };
  },
});

const you = createRoute({
  getParentRoute: () => signedIn,
  path: '/you',
  component: page(() => import('../features/people/you-page.tsx'), 'YouPage'),
});

const security = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/security',
  component: page(() => import('../features/people/security-page.tsx'), 'SecurityPage'),
});

const secondLock = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/second-lock',
  validateSearch: (search): { back?: string | undefined } => ({ back: ownPath(search.back) }),
  component: page(() => import('../features/people/keys/second-lock-page.tsx'), 'SecondLockPage'),
});

const emailChange = createRoute({
  getParentRoute: () => root,
  path: '/email-change',
  component: page(() => import('../features/people/email-change-page.tsx'), 'EmailChangePage'),
});

const editProfile = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/profile',
  component: page(() => import('../features/people/edit-profile-page.tsx'), 'EditProfilePage'),
});

const accountSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/settings',
  component: page(() => import('../features/account/settings-page.tsx'), 'SettingsPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/account',
  component: page(() => import('../features/account/account-page.tsx'), 'AccountPage'),
});

const privacy = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/privacy',
  component: page(() => import('../features/account/privacy-page.tsx'), 'PrivacyPage'),
});

const letIn = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/device',
  validateSearch: (search): { code?: string | undefined } => ({ code: text(search.code) }),
  component: page(() => import('../features/people/keys/let-in-page.tsx'), 'LetInPage'),
});

const cards = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/cards',
  validateSearch: (search): { saved?: 1 | undefined } => ({ saved: search.saved === 1 ? 1 : undefined }),
  component: page(() => import('../features/commerce/cards-page.tsx'), 'CardsPage'),
});

const programKeys = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/keys',
  component: page(() => import('../features/people/keys-for-programs-page.tsx'), 'ProgramKeysPage'),
});

const payments = createRoute({
  getParentRoute: () => signedIn,
  path: '/you/payments',
  component: page(() => import('../features/commerce/payments-page.tsx'), 'PaymentsPage'),
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  component: page(() => import('../features/notifications/inbox-page.tsx'), 'InboxPage'),
});

const pay = createRoute({
  getParentRoute: () => signedIn,
  path: '/pay/$lockId',
  component: page(() => import('../features/commerce/pay-page.tsx'), 'PayPage'),
});

/** Where the provider's checkout sends people: after paying, and when they turned back. */
const paid = createRoute({
  getParentRoute: () => signedIn,
  path: '/pay/$lockId/done',
  component: page(() => import('../features/commerce/paid-page.tsx'), 'PaidPage'),
});

const notPaid = createRoute({
  getParentRoute: () => signedIn,
  path: '/pay/$lockId/back',
  component: page(() => import('../features/commerce/pay-page.tsx'), 'NotPaidPage'),
});

const orders = createRoute({
  getParentRoute: () => signedIn,
  path: '/orders',
  validateSearch: (search): { tab?: OrdersTab | undefined } => ({ tab: oneOf(search.tab, ordersTabs) }),
  component: page(() => import('../features/commerce/orders-page.tsx'), 'OrdersPage'),
});

const order = createRoute({
  getParentRoute: () => signedIn,
  path: '/orders/$orderId',
  component: page(() => import('../features/commerce/order-page.tsx'), 'OrderPage'),
});

const pieceAsSold = createRoute({
  getParentRoute: () => signedIn,
  path: '/orders/$orderId/piece',
  component: page(() => import('../features/commerce/orders/piece-as-sold.tsx'), 'PieceAsSoldPage'),
});

const strikes = createRoute({
  getParentRoute: () => signedIn,
  path: '/strikes',
  component: page(() => import('../features/commerce/strikes-page.tsx'), 'StrikesPage'),
});

const becomeMaker = createRoute({
  getParentRoute: () => signedIn,
  path: '/studio/start',
  validateSearch: (search): { link?: 'again' | undefined } => ({ link: oneOf(search.link, ['again']) }),
  component: page(() => import('../features/people/become-maker-page.tsx'), 'BecomeMakerPage'),
});

/** Pages of makers; others are shown how to become one. */
const makers = createRoute({
  getParentRoute: () => signedIn,
  id: 'makers',
  beforeLoad: ({ context }) => {
    if (!context.me.roles.includes('maker')) throw redirect({ to: '/studio/start' });
  },
});

const create = createRoute({
  getParentRoute: () => makers,
  path: '/create',
  component: page(() => import('../features/content/create-page.tsx'), 'CreatePage'),
});

const studio = createRoute({
  getParentRoute: () => makers,
  path: '/studio',
  component: page(() => import('../features/content/studio-page.tsx'), 'StudioStoriesPage'),
});

const studioPieces = createRoute({
  getParentRoute: () => makers,
  path: '/studio/pieces',
  validateSearch: (search): { state?: PieceState | undefined } => ({ state: oneOf(search.state, pieceStates) }),
  component: page(() => import('../features/commerce/pieces-page.tsx'), 'StudioPiecesPage'),
});

const studioShipping = createRoute({
  getParentRoute: () => makers,
  path: '/studio/shipping',
  component: page(() => import('../features/commerce/shipping-page.tsx'), 'StudioShippingPage'),
});

const studioPolicies = createRoute({
  getParentRoute: () => makers,
  path: '/studio/policies',
  component: page(() => import('../features/people/makers/policies-page.tsx'), 'StudioPoliciesPage'),
});

const studioOffers = createRoute({
  getParentRoute: () => makers,
  path: '/studio/offers',
  validateSearch: (search): { tab?: 'all' | undefined } => ({ tab: oneOf(search.tab, ['all']) }),
  component: page(() => import('../features/commerce/offers-inbox.tsx'), 'StudioOffersPage'),
});

const studioOrders = createRoute({
  getParentRoute: () => makers,
  path: '/studio/orders',
  validateSearch: (search): { tab?: 'all' | undefined } => ({ tab: oneOf(search.tab, ['all']) }),
  component: page(() => import('../features/commerce/orders-to-ship.tsx'), 'StudioOrdersPage'),
});

const packingSlip = createRoute({
  getParentRoute: () => makers,
  path: '/orders/$orderId/slip',
  component: page(() => import('../features/commerce/orders/packing-slip.tsx'), 'PackingSlipPage'),
});

const studioBalance = createRoute({
  getParentRoute: () => makers,
  path: '/studio/balance',
  component: page(() => import('../features/commerce/money/balance-page.tsx'), 'StudioBalancePage'),
});

const statement = createRoute({
  getParentRoute: () => makers,
  path: '/studio/balance/$month',
  component: page(() => import('../features/commerce/money/statement-page.tsx'), 'StatementPage'),
});

const taxYear = createRoute({
  getParentRoute: () => makers,
  path: '/studio/tax/$year',
  component: page(() => import('../features/commerce/money/tax-page.tsx'), 'TaxPage'),
});

const studioPayouts = createRoute({
  getParentRoute: () => makers,
  path: '/studio/payouts',
  component: page(() => import('../features/commerce/money/payouts-page.tsx'), 'StudioPayoutsPage'),
});

const studioHold = createRoute({
  getParentRoute: () => makers,
  path: '/studio/holds/$lockId',
  component: page(() => import('../features/commerce/hold-page.tsx'), 'HoldPage'),
});

const editor = createRoute({
  getParentRoute: () => makers,
  path: '/studio/stories/$storyId',
  validateSearch: (search): { part?: 'story' | 'sale' | 'clip' | 'preview' | undefined } => ({
    part: oneOf(search.part, ['story', 'sale', 'clip', 'preview']),
  }),
  component: page(() => import('../features/content/editor-page.tsx'), 'EditorPage'),
});

/**
 * Pages of staff. To others they are not there to know of; whose tools wait for a second factor shows it first, and comes
 * back to where they wanted to go.
 */
const staffWho =
  (action: Parameters<typeof can>[1]) =>
  ({ context, location }: { context: { me: Me }; location: { href: string } }) => {
    if (can(context.me, action)) return;
    if (context.me.staffWaits) throw redirect({ to: '/you/second-lock', search: { back: location.href } });
    throw notFound();
  };

const review = createRoute({
  getParentRoute: () => signedIn,
  path: '/moderation',
  validateSearch: (search): { tab?: 'reports' | 'issues' | 'appeals' | 'bidders' | undefined } => ({
    tab: oneOf(search.tab, ['reports', 'issues', 'appeals', 'bidders']),
  }),
  beforeLoad: staffWho('moderation.queue'),
  component: page(() => import('../features/trust/review-page.tsx'), 'ReviewPage'),
  staticData: { hints: ['J K next, previous', 'A approve', 'C ask for changes', 'R remove'] },
});

const reviewIssue = createRoute({
  getParentRoute: () => signedIn,
  path: '/moderation/issues/$issueId',
  beforeLoad: staffWho('issue.decide'),
  component: page(() => import('../features/trust/issue-queue.tsx'), 'IssuePage'),
});

const adminMedia = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/media',
  validateSearch: (search): { state?: MediaStateName | undefined } => ({ state: oneOf(search.state, mediaStateNames) }),
  beforeLoad: staffWho('media.manage'),
  component: page(() => import('../features/admin/media-page.tsx'), 'AdminMediaPage'),
});

const adminStorage = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/storage',
  beforeLoad: staffWho('media.manage'),
  component: page(() => import('../features/admin/storage-page.tsx'), 'AdminStoragePage'),
});

const adminHealth = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/health',
  beforeLoad: staffWho('site.manage'),
  component: page(() => import('../features/admin/health-page.tsx'), 'AdminHealthPage'),
});

/** Pages of those who answer for the money and the people. */
const desk = createRoute({
  getParentRoute: () => signedIn,
  id: 'desk',
  beforeLoad: staffWho('payment.manage'),
});

const adminMoney = createRoute({
  getParentRoute: () => desk,
  path: '/admin/money',
  component: page(() => import('../features/admin/commerce/money-page.tsx'), 'AdminMoneyPage'),
});

const adminUsers = createRoute({
  getParentRoute: () => desk,
  path: '/admin/users',
  validateSearch: (
    search,
  ): {
    q?: string | undefined;
    role?: 'maker' | 'moderator' | 'admin' | undefined;
    status?: 'active' | 'suspended' | 'banned' | 'deactivated' | 'deleted' | undefined;
  } => ({
    q: text(search.q)?.slice(0, 200),
    role: oneOf(search.role, ['maker', 'moderator', 'admin']),
    status: oneOf(search.status, ['active', 'suspended', 'banned', 'deactivated', 'deleted']),
  }),
  component: page(() => import('../features/admin/users/users-page.tsx'), 'AdminUsersPage'),
});

const adminUser = createRoute({
  getParentRoute: () => desk,
  path: '/admin/users/$id',
  component: page(() => import('../features/admin/users/user-page.tsx'), 'AdminUserPage'),
});

const adminMakers = createRoute({
  getParentRoute: () => desk,
  path: '/admin/makers',
  validateSearch: (search): { show?: 'all' | undefined } => ({ show: oneOf(search.show, ['all']) }),
  component: page(() => import('../features/admin/makers/applications-page.tsx'), 'MakerApplicationsPage'),
});

const adminMaker = createRoute({
  getParentRoute: () => desk,
  path: '/admin/makers/$id',
  component: page(() => import('../features/admin/makers/application-page.tsx'), 'MakerApplicationPage'),
});

const adminAudit = createRoute({
  getParentRoute: () => desk,
  path: '/admin/audit',
  validateSearch: (search): { action?: string | undefined; day?: string | undefined } => ({
    action: /^[a-z_]+(\.[a-z_]+)?$/.test(String(search.action)) ? text(search.action) : undefined,
    day: /^\d{4}-\d\d-\d\d$/.test(String(search.day)) ? text(search.day) : undefined,
  }),
  component: page(() => import('../features/admin/users/audit-page.tsx'), 'AdminAuditPage'),
});

const adminSecurity = createRoute({
  getParentRoute: () => desk,
  path: '/admin/security',
  component: page(() => import('../features/admin/users/security-page.tsx'), 'AdminSecurityPage'),
});

const adminOrder = createRoute({
  getParentRoute: () => desk,
  path: '/admin/orders/$id',
  component: page(() => import('../features/admin/commerce/order-page.tsx'), 'AdminOrderPage'),
});

const adminPayment = createRoute({
  getParentRoute: () => desk,
  path: '/admin/payments/$id',
  component: page(() => import('../features/admin/commerce/payment-page.tsx'), 'AdminPaymentPage'),
});

const adminDisputes = createRoute({
  getParentRoute: () => desk,
  path: '/admin/disputes',
  validateSearch: (search): { show?: 'all' | undefined } => ({ show: oneOf(search.show, ['all']) }),
  component: page(() => import('../features/admin/commerce/disputes-page.tsx'), 'AdminDisputesPage'),
});

const adminDispute = createRoute({
  getParentRoute: () => desk,
  path: '/admin/disputes/$id',
  component: page(() => import('../features/admin/commerce/dispute-page.tsx'), 'AdminDisputePage'),
});

const adminCases = createRoute({
  getParentRoute: () => desk,
  path: '/admin/cases',
  validateSearch: (search): { show?: 'all' | undefined } => ({ show: oneOf(search.show, ['all']) }),
  component: page(() => import('../features/admin/commerce/cases-page.tsx'), 'AdminCasesPage'),
});

const adminCase = createRoute({
  getParentRoute: () => desk,
  path: '/admin/cases/$id',
  component: page(() => import('../features/admin/commerce/case-page.tsx'), 'AdminCasePage'),
});

const adminPayout = createRoute({
  getParentRoute: () => desk,
  path: '/admin/payouts/$id',
  component: page(() => import('../features/admin/commerce/payout-page.tsx'), 'AdminPayoutPage'),
});

export const routeTree = root.addChildren([
  home,
  story,
  auction,
  auctionLog,
  profile,
  aboutMaker,
  signIn,
  setup,
  emailChange,
  googleReturn,
  appleReturn,
  newDevice,
  catalogue,
  signedIn.addChildren([
    you,
    security,
    secondLock,
    letIn,
    editProfile,
    accountSettings,
    privacy,
    account,
    cards,
    programKeys,
    payments,
    inbox,
    pay,
    paid,
    notPaid,
    orders,
    order,
    pieceAsSold,
    strikes,
    becomeMaker,
    review,
    reviewIssue,
    adminMedia,
    adminStorage,
    desk.addChildren([
      adminMoney,
      adminUsers,
      adminUser,
      adminMakers,
      adminMaker,
      adminAudit,
      adminSecurity,
      adminOrder,
      adminPayment,
      adminDisputes,
      adminDispute,
      adminCases,
      adminCase,
      adminPayout,
    ]),
    adminHealth,
    makers.addChildren([
      create,
      studio,
      studioPieces,
      studioShipping,
      studioPolicies,
      studioOffers,
      studioOrders,
      packingSlip,
      studioBalance,
      statement,
      taxYear,
      studioPayouts,
      studioHold,
      editor,
    ]),
  ]),
]);
