// The form of a label: what was typed, as the server takes it.
import { format } from '@videowindow/contract';
import type { LabelRate } from '@videowindow/contract/api/commerce';

const fields = [
  'name',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'country',
  'kilos',
  'length',
  'width',
  'height',
] as const;
export type LabelWay = Record<(typeof fields)[number], string>;
export type WayProblems = Partial<LabelWay>;

export const emptyWay = (name: string): LabelWay => ({
  name,
  line1: '',
  line2: '',
  city: '',
  region: '',
  postalCode: '',
  country: '',
  kilos: '',
  length: '',
  width: '',
  height: '',
});

/** `1.5` and `1,5` times `scale`, as a whole number within its bounds; null for everything else. */
const measure = (typed: string, scale: number, least: number, most: number): number | null => {
  if (!/^\d{1,4}([.,]\d{1,3})?$/.test(typed.trim())) return null;
  const value = Math.round(Number(typed.trim().replace(',', '.')) * scale);
  return value >= least && value <= most ? value : null;
};

const wanted: Record<'name' | 'line1' | 'city' | 'country', string> = {
  name: 'Write who opens the parcel.',
  line1: 'Write the street and the number.',
  city: 'Write the town.',
  country: 'Choose the country.',
};

/** What is sent, or what is still missing. */
export function readWay(way: LabelWay) {
  const grams = measure(way.kilos, 1000, 1, 70_000);
  const [lengthMm, widthMm, heightMm] = [
    measure(way.length, 10, 10, 3000),
    measure(way.width, 10, 10, 3000),
    measure(way.height, 10, 1, 3000),
  ];
  const problems: WayProblems = {};
  for (const [name, sentence] of Object.entries(wanted) as [keyof typeof wanted, string][])
    if (!way[name].trim()) problems[name] = sentence;
  if (grams === null) problems.kilos = 'Write up to 70 kg, such as 1.5.';
  if (lengthMm === null) problems.length = 'Write 1 to 300 cm.';
  if (widthMm === null) problems.width = 'Write 1 to 300 cm.';
  if (heightMm === null) problems.height = 'Write up to 300 cm.';
  if (grams === null || lengthMm === null || widthMm === null || heightMm === null || Object.keys(problems).length > 0)
    return { body: null, problems };
  const or = (text: string) => text.trim() || null;
  const to = {
    name: way.name.trim(),
    line1: way.line1.trim(),
    line2: or(way.line2),
    city: way.city.trim(),
    region: or(way.region),
    postalCode: or(way.postalCode),
    country: way.country,
  };
  return { body: { to, parcel: { grams, lengthMm, widthMm, heightMm } }, problems };
}

/** `USPS Ground · $7.60 · 4 days` */
export const rateWords = ({ carrier, service, price, days }: LabelRate): string =>
  [
    `${carrier} ${service.replaceAll('_', ' ')}`,
    format(price),
    ...(days === null ? [] : [days === 1 ? 'one day' : `${days} days`]),
  ].join(' · ');
