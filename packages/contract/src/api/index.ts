// All endpoints under /api/v1. The client imports only the type.
import { accountApi } from './account.ts';
import { adminApi } from './admin.ts';
import {
  auctionsApi,
  disputesApi,
  issuesApi,
  ledgerApi,
  listingsApi,
  locksApi,
  offersApi,
  ordersApi,
  paymentsApi,
  payoutsApi,
  reviewsApi,
} from './commerce.ts';
import { storiesApi } from './content.ts';
import { deskApi } from './desk.ts';
import { feedApi } from './discovery.ts';
import { emailChangeApi } from './email-change.ts';
import { healthApi, setupApi } from './health.ts';
import { identityApi } from './identity.ts';
import { deviceApi, passkeysApi, secondFactorApi, socialApi } from './keys.ts';
import { makerPagesApi } from './makers.ts';
import { mediaApi } from './media.ts';
import { graphApi, makersApi, profilesApi } from './people.ts';
import { programsApi } from './programs.ts';
import { notificationsApi, siteApi } from './site.ts';
import { storageApi } from './storage.ts';
import { moderationApi } from './trust.ts';

export const api = {
  ...siteApi,
  ...setupApi,
  ...healthApi,
  ...identityApi,
  ...emailChangeApi,
  ...socialApi,
  ...passkeysApi,
  ...secondFactorApi,
  ...deviceApi,
  ...accountApi,
  ...profilesApi,
  ...programsApi,
  ...graphApi,
  ...makersApi,
  ...makerPagesApi,
  ...mediaApi,
  ...storageApi,
  ...storiesApi,
  ...listingsApi,
  ...offersApi,
  ...auctionsApi,
  ...locksApi,
  ...ordersApi,
  ...issuesApi,
  ...reviewsApi,
  ...paymentsApi,
  ...ledgerApi,
  ...payoutsApi,
  ...disputesApi,
  ...deskApi,
  ...adminApi,
  ...feedApi,
  ...moderationApi,
  ...notificationsApi,
} as const;

export type Api = typeof api;
