// Connected accounts (Express) and the links that let their owners fill them in.
import type Stripe from 'stripe';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid, missing } from './faults.ts';
import { currency, email, flag, metadata, oneOf, optional, paramsOf, shape, text, webAddress } from './params.ts';
import { bankAccountOf } from './payouts.ts';
import { newId, type Work } from './work.ts';

const LINK_LIVES_SECONDS = 300;

/** What an Express account still owes before it may be paid, in Stripe's own field names. */
const ONBOARDING_FIELDS = [
  'business_profile.product_description',
  'external_account',
  'individual.address.city',
  'individual.address.line1',
  'individual.address.postal_code',
  'individual.dob.day',
  'individual.dob.month',
  'individual.dob.year',
  'individual.email',
  'individual.first_name',
  'individual.last_name',
  'tos_acceptance.date',
  'tos_acceptance.ip',
];
const IDENTITY_FIELDS = ['individual.id_number', 'individual.verification.document'];

const capability = optional(shape({ requested: optional(flag) }));
const capabilities = optional(shape({ card_payments: capability, transfers: capability }));
const businessProfile = optional(
  shape({
    mcc: optional(text()),
    name: optional(text()),
    product_description: optional(text()),
    url: optional(webAddress),
  }),
);
const settings = optional(
  shape({
    payouts: optional(
      shape({
        schedule: optional(shape({ interval: optional(oneOf('manual', 'daily', 'weekly', 'monthly')) })),
      }),
    ),
  }),
);

export const accountEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/accounts',
    params: paramsOf<Stripe.AccountCreateParams>()({
      type: optional(oneOf('express')),
      country: optional(text(2)),
      email: optional(email),
      default_currency: optional(currency),
      business_type: optional(oneOf('individual', 'company', 'non_profit')),
      business_profile: businessProfile,
      capabilities,
      settings,
      metadata: optional(metadata),
    }),
    run(work, params) {
      const account: Stripe.Account = {
        id: newId('acct_1', 15),
        object: 'account',
        business_profile: businessProfileOf(params.business_profile),
        business_type: params.business_type ?? 'individual',
        capabilities: {
          ...(params.capabilities?.card_payments?.requested ? { card_payments: 'inactive' } : {}),
          ...(params.capabilities?.transfers?.requested ? { transfers: 'inactive' } : {}),
        },
        charges_enabled: false,
        controller: {
          type: 'application',
          is_controller: true,
          fees: { payer: 'application_express' },
          losses: { payments: 'application' },
          requirement_collection: 'stripe',
          stripe_dashboard: { type: 'express' },
        },
        country: (params.country ?? 'US').toUpperCase(),
        created: work.now,
        default_currency: params.default_currency ?? 'usd',
        details_submitted: false,
        email: params.email ?? null,
        external_accounts: { object: 'list', data: [], has_more: false, url: '/v1/accounts/external_accounts' },
        future_requirements: requirementsOf([]),
        metadata: params.metadata ?? {},
        payouts_enabled: false,
        requirements: requirementsOf([...ONBOARDING_FIELDS, ...IDENTITY_FIELDS]),
        settings: settingsOf(params.settings?.payouts?.schedule?.interval ?? 'daily'),
        tos_acceptance: { date: null, ip: null, user_agent: null },
        type: 'express',
      };
      work.put('account', account.id, account);
      return account;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/accounts',
    params: paramsOf<Stripe.AccountListParams>()(listFields),
    run: (work, params) => listPage(work, 'account', '/v1/accounts', params),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/accounts/:id',
    params: paramsOf<Stripe.AccountRetrieveParams>()({}),
    run: (work, _params, ids) => requireAccount(work, idOf(ids)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/accounts/:id',
    params: paramsOf<Stripe.AccountUpdateParams>()({
      email: optional(email),
      business_profile: businessProfile,
      capabilities,
      settings,
      metadata: optional(metadata),
    }),
    run(work, params, ids) {
      const account = requireAccount(work, idOf(ids));
      const interval = params.settings?.payouts?.schedule?.interval;
      const updated: Stripe.Account = {
        ...account,
        email: params.email ?? account.email,
        metadata: mergeMetadata(account.metadata ?? {}, params.metadata),
        ...(params.business_profile === undefined
          ? {}
          : { business_profile: businessProfileOf(params.business_profile) }),
        ...(interval === undefined ? {} : { settings: settingsOf(interval) }),
      };
      work.put('account', account.id, updated);
      work.emit('account.updated', updated, { account: account.id });
      return updated;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/account_links',
    params: paramsOf<Stripe.AccountLinkCreateParams>()({
      account: text(),
      type: oneOf('account_onboarding', 'account_update'),
      refresh_url: webAddress,
      return_url: webAddress,
      collection_options: optional(
        shape({
          fields: optional(oneOf('currently_due', 'eventually_due')),
          future_requirements: optional(oneOf('include', 'omit')),
        }),
      ),
    }),
    run(work, params) {
      const account = work.refer('account', params.account, 'account');
      if (params.type === 'account_update') {
        throw invalid(
          'You cannot create `account_update` type Account Links for this account: its requirements are collected by Stripe.',
          'type',
        );
      }
      const secret = newId('', 16);
      work.put('account_link', secret, {
        account: account.id,
        created: work.now,
        expires_at: work.now + LINK_LIVES_SECONDS,
        refresh_url: params.refresh_url,
        return_url: params.return_url,
        visit: null,
        done: false,
      });
      const link: Stripe.AccountLink = {
        object: 'account_link',
        created: work.now,
        expires_at: work.now + LINK_LIVES_SECONDS,
        url: `${work.pages}/setup/e/${account.id}/${secret}`,
      };
      return link;
    },
  }),
];

/** Stripe answers 403 (not 404) for an account that isn't connected, so that nobody can probe for accounts. */
function requireAccount(work: Work, id: string): Stripe.Account {
  const account = work.as('').find('account', id);
  if (account === undefined) throw missing('account', id);
  return account;
}

/** What the onboarding page's button does. Without identity, sales work and payouts wait. */
export function submitOnboarding(
  work: Work,
  accountId: string,
  answers: { identity: boolean; firstName: string; lastName: string; bankAccount: string },
): void {
  const before = work.require('account', accountId);
  const owed = answers.identity ? [] : IDENTITY_FIELDS;
  const after: Stripe.Account = {
    ...before,
    business_profile: before.business_profile ?? businessProfileOf(undefined),
    capabilities: Object.fromEntries(Object.keys(before.capabilities ?? {}).map((name) => [name, 'active'])),
    charges_enabled: true,
    details_submitted: true,
    ...(before.external_accounts
      ? {
          external_accounts: {
            ...before.external_accounts,
            data: [bankAccountOf(work, accountId, answers.bankAccount)],
          },
        }
      : {}),
    payouts_enabled: answers.identity,
    requirements: requirementsOf(owed),
    tos_acceptance: { date: work.now, ip: '127.0.0.1', user_agent: null },
    settings: before.settings ?? settingsOf('daily'),
  };
  work.put('account', accountId, after);
  work.emit('account.updated', after, {
    account: accountId,
    previous: {
      charges_enabled: before.charges_enabled,
      details_submitted: before.details_submitted,
      payouts_enabled: before.payouts_enabled,
      requirements: before.requirements,
    },
  });
}

/** Metadata is merged key by key; an empty value takes its key out. */
export function mergeMetadata(
  current: Record<string, string>,
  change: Record<string, string> | undefined,
): Record<string, string> {
  const merged = { ...current, ...change };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

function requirementsOf(due: readonly string[]): Stripe.Account.Requirements {
  const onboarding = due.some((field) => ONBOARDING_FIELDS.includes(field));
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: [...due],
    disabled_reason: onboarding ? 'requirements.past_due' : null,
    errors: [],
    eventually_due: [...due],
    past_due: onboarding ? [...due] : [],
    pending_verification: [],
  };
}

function businessProfileOf(
  given:
    | {
        mcc?: string | undefined;
        name?: string | undefined;
        product_description?: string | undefined;
        url?: string | undefined;
      }
    | undefined,
): Stripe.Account.BusinessProfile {
  return {
    mcc: given?.mcc ?? null,
    minority_owned_business_designation: null,
    name: given?.name ?? null,
    product_description: given?.product_description ?? null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: given?.url ?? null,
  };
}

function settingsOf(interval: string): Stripe.Account.Settings {
  return {
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_payments: {
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: null, timezone: 'Etc/UTC' },
    payments: {
      statement_descriptor: null,
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    payouts: { debit_negative_balances: true, schedule: { delay_days: 2, interval }, statement_descriptor: null },
  };
}
