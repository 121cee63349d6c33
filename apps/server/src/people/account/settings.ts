// What an operator gives people to agree to.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

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
