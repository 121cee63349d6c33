// Every setting of the program: the platform's and each room's, joined.

import { paymentsSettings } from '#commerce/payments';
import { payoutsSettings } from '#commerce/payouts';
import { mediaSettings } from '#content/media';
import { accountSettings } from '#people/account';
import { identitySettings } from '#people/identity';
import { makersSettings } from '#people/makers';
import type { Values } from '#platform/config';
import { storageSettings } from '#platform/storage';
import { commerceSettings } from './commerce-settings.ts';
import { platformSettings } from './platform/config/platform-settings.ts';

export const settings = {
  ...platformSettings,
  ...storageSettings,
  ...identitySettings,
  ...accountSettings,
  ...makersSettings,
  ...mediaSettings,
  ...commerceSettings,
  ...paymentsSettings,
  ...payoutsSettings,
};
export type Settings = Values<typeof settings>;
