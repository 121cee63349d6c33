// The map that comes along: land, borders and towns in the colours of the page, without a word to anybody outside.
import type { GeoJSONSourceSpecification, StyleSpecification } from 'maplibre-gl';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { cities } from './cities.ts';

/** Larger ones are named from afar. */
const FROM_AFAR = 300;
const NEARER = 4_000;

/** A colour of the page as it is now, light or dark, in a form that a map reads. */
export const colour = (token: string): string => {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

const geoJson = (data: GeoJSONSourceSpecification['data'], attribution?: string): GeoJSONSourceSpecification => ({
  type: 'geojson',
  data,
  ...(attribution ? { attribution } : {}),
});

/** A style without tiles, letters or pictures from anywhere. */
export const baseMap = async (): Promise<StyleSpecification> => {
  const [answer, list] = await Promise.all([fetch('/map/countries.json'), cities()]);
  if (!answer.ok) throw new Error(`the base map: ${answer.status}`);
  const atlas = (await answer.json()) as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const towns = list.map(({ name, latitude, longitude }, rank) => ({
    type: 'Feature' as const,
    properties: { name, rank },
    geometry: { type: 'Point' as const, coordinates: [longitude, latitude] },
  }));
  const ink = { 'text-color': colour('--ink-2'), 'text-halo-color': colour('--sheet'), 'text-halo-width': 1.5 };
  return {
    version: 8,
    sources: {
      land: geoJson(feature(atlas, atlas.objects.land), 'Natural Earth'),
      borders: geoJson(mesh(atlas, atlas.objects.countries, (one, other) => one !== other)),
      towns: geoJson({ type: 'FeatureCollection', features: towns }, 'GeoNames, CC BY 4.0'),
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colour('--line') } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour('--sheet') } },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: { 'line-color': colour('--ink-3'), 'line-width': 0.8, 'line-dasharray': [3, 2] },
      },
      {
        id: 'town-dots',
        type: 'circle',
        source: 'towns',
        filter: ['<', ['get', 'rank'], ['step', ['zoom'], FROM_AFAR, 5, NEARER, 7, 1e6]],
        paint: { 'circle-radius': 2, 'circle-color': colour('--ink-3') },
      },
      {
        id: 'town-names',
        type: 'symbol',
        source: 'towns',
        filter: ['<', ['get', 'rank'], ['step', ['zoom'], FROM_AFAR, 5, NEARER, 7, 1e6]],
        layout: {
          'text-field': ['get', 'name'],
          'text-font': ['Instrument Sans'],
          'text-size': 13,
          'text-anchor': 'top',
          'text-offset': [0, 0.4],
          'symbol-sort-key': ['get', 'rank'],
        },
        paint: ink,
      },
    ],
  };
};
