// What an operator gives people to agree to.
import { Type } from 'typebox';
import { defineSettings, type Values } from '#platform/config';
import type { Documents } from './consents.ts';

const Address = Type.String({ pattern: '^https?://\\S+$', maxLength: 300 });
const Version = Type.String({ minLength: 1, maxLength: 40 });

export const accountSettings = defineSettings({
  TERMS_URL: {
    schema: Address,
    about: 'Where your terms can be read; with it everybody is asked to agree to them',
  },
  TERMS_VERSION: { schema: Version, default: '1', about: 'Of these terms; a new one asks everybody again' },
  PRIVACY_URL: {
    schema: Address,
    about: 'Where your words on privacy can be read; with it everybody is asked to agree to them',
  },
  PRIVACY_VERSION: { schema: Version, default: '1', about: 'Of these words; a new one asks everybody again' },
});

/** What people agree to; what is not read anywhere is the sentence beside its switch, in its first version. */
export const readDocuments = (settings: Values<typeof accountSettings>): Documents => ({
  terms: { version: settings.TERMS_VERSION, url: settings.TERMS_URL ?? null },
  privacy: { version: settings.PRIVACY_VERSION, url: settings.PRIVACY_URL ?? null },
  marketing: { version: '1', url: null },
  analytics: { version: '1', url: null },
});
