// Places by name, from a list that comes along: no address book of somebody else is asked what a maker types.

export type City = { name: string; country: string; latitude: number; longitude: number };

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase('en');

type Listed = City & { plain: string };
let all: Promise<Listed[]> | null = null;

const read = async (): Promise<Listed[]> => {
  const answer = await fetch('/map/cities.txt');
  if (!answer.ok) throw new Error(`the list of places: ${answer.status}`);
  return (await answer.text()).split('\n').map((line) => {
    const [name = '', country = '', latitude, longitude] = line.split('|');
    return { name, country, latitude: Number(latitude), longitude: Number(longitude), plain: plain(name) };
  });
};

/** The list, largest places first; fetched once. */
export const cities = (): Promise<readonly Listed[]> => {
  all ??= read().catch((error) => {
    all = null;
    throw error;
  });
  return all;
};

/** Those that a text begins, then those that it is in. Pure. */
export const matching = (list: readonly Listed[], text: string, most = 6): City[] => {
  const asked = plain(text.trim());
  if (asked === '') return [];
  const begins = list.filter((city) => city.plain.startsWith(asked)).slice(0, most);
  if (begins.length === most) return begins;
  const inside = list.filter((city) => city.plain.includes(` ${asked}`)).slice(0, most - begins.length);
  return [...begins, ...inside];
};

const names = new Intl.DisplayNames(undefined, { type: 'region' });

/** `Lisbon, Portugal` */
export const cityWords = ({ name, country }: City): string => `${name}, ${names.of(country) ?? country}`;
