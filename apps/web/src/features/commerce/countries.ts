// Where a piece can be sent. ISO 3166-1 codes; names come from the platform.
const groups = {
  'European Union': 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE',
  'The rest of Europe': 'AD AL BA CH GB IS LI MC MD ME MK NO RS SM UA VA XK',
  'North America': 'CA MX US',
  'Asia and the Pacific': 'AE AU HK ID IL IN JP KR MY NZ PH QA SA SG TH TR TW VN',
  'South America': 'AR BO BR CL CO EC PE PY UY',
  Africa: 'EG GH KE MA MU NG SN TN TZ ZA',
} as const;

export type CountryGroup = keyof typeof groups;

export const countryGroups: readonly { name: CountryGroup; codes: readonly string[] }[] = Object.entries(groups).map(
  // Object.entries widens the keys; they are the groups' own.
  ([name, codes]) => ({ name: name as CountryGroup, codes: codes.split(' ') }),
);

const names = new Intl.DisplayNames(undefined, { type: 'region' });

export const countryName = (code: string): string => names.of(code) ?? code;

/** Every country of the groups, by name. */
export const countries = (): { code: string; name: string }[] =>
  countryGroups
    .flatMap((group) => group.codes)
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name));
