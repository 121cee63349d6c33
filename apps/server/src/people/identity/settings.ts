// What an operator may set about ways in.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

export const identitySettings = defineSettings({
  STAFF_SECOND_FACTOR: {
    schema: Type.Boolean(),
    about:
      'Whether moderators and admins act as such only after a passkey or a second factor; always in production, and wherever a real provider is set up unless it is false',
  },
  GOOGLE_CLIENT_ID: {
    schema: Type.String(),
    about:
      'Client id of a web application at Google, to sign in with Google; its redirect address is PUBLIC_URL/sign-in/google',
  },
  GOOGLE_CLIENT_SECRET: { schema: Type.String(), about: 'Its secret', secret: true },
  APPLE_CLIENT_ID: {
    schema: Type.String(),
    about: 'Services id at Apple, to sign in with Apple; its return address is PUBLIC_URL/sign-in/apple',
  },
  APPLE_TEAM_ID: { schema: Type.String({ pattern: '^[A-Z0-9]{10}$' }), about: 'Team id of the developer account' },
  APPLE_KEY_ID: { schema: Type.String({ pattern: '^[A-Z0-9]{10}$' }), about: 'Id of a key for Sign in with Apple' },
  APPLE_PRIVATE_KEY: { schema: Type.String(), about: 'That key, PEM (the .p8 file)', secret: true },
});
