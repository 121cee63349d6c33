// What an operator may set about makers.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

export const makersSettings = defineSettings({
  MAKER_REVIEW: {
    schema: Type.Boolean(),
    default: false,
    about: 'true lets admins look at everybody who wants to sell before they may',
  },
});
