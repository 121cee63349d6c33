// What an operator may set about makers.
import { Type } from 'typebox';
import { defineSettings, type Values } from '#platform/config';

export const makersSettings = defineSettings({
  MAKER_REVIEW: {
    schema: Type.Boolean(),
    default: false,
    about: 'true lets admins look at everybody who wants to sell before they may',
  },
  MAP_STYLE_URL: {
    schema: Type.String({ pattern: '^https://[A-Za-z0-9.-]+(:[0-9]+)?/\\S+$' }),
    about: 'A MapLibre style for maps, e.g. of your own tile server; without it the small base map that comes along',
  },
  MAP_ORIGINS: {
    schema: Type.String({ pattern: '^https://[A-Za-z0-9.-]+(:[0-9]+)?(,https://[A-Za-z0-9.-]+(:[0-9]+)?)*$' }),
    about: 'Further origins from which that style loads tiles, letters and pictures, with commas',
  },
});

/** Where pages load a map from; nowhere without a setting. */
export const mapOrigins = (set: Pick<Values<typeof makersSettings>, 'MAP_STYLE_URL' | 'MAP_ORIGINS'>): string[] =>
  set.MAP_STYLE_URL === undefined
    ? []
    : [...new Set([new URL(set.MAP_STYLE_URL).origin, ...(set.MAP_ORIGINS?.split(',') ?? [])])];
