// A map with a circle on it. MapLibre comes with this file, which only pages with a map load; everything that the map
// shows stands beside it in words.
import { GeoJSONSource, LngLatBounds, Map as MapLibre, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { classNames } from '@videowindow/ui';
import { useEffect, useRef, useState } from 'react';
import { useIsDark } from '../../app/theme.ts';
import { baseMap, colour } from './base-map.ts';
import { ring } from './circle.ts';

setWorkerUrl(workerUrl);

type Point = { latitude: number; longitude: number };

/** Closer than this there is nothing to see, and the circle is a promise not to look for a door. */
const FURTHEST_IN = 12;

type Shown = Point & {
  /** Kilometres around it in which somebody is; 0 for the point itself. */
  withinKm: number;
  /** How far they come. */
  radiusKm: number | null;
};

export type MapProps = {
  shown: Shown;
  /** What is on it, for those who do not see it. */
  label: string;
  /** A style of the operator's; the one that comes along without it. */
  styleUrl: string | null;
  /** Hears a place that is pressed. */
  onPick?: (point: Point) => void;
};

export default function PlaceMap({ shown, label, styleUrl, onPick }: MapProps) {
  const { latitude, longitude, withinKm, radiusKm } = shown;
  const frame = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [isBroken, setIsBroken] = useState(false);
  const isDark = useIsDark();
  const pick = useRef(onPick);
  pick.current = onPick;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme draws the map anew, in its colours
  useEffect(() => {
    const container = frame.current;
    if (!container) return;
    let made: MapLibre | null = null;
    let isGone = false;
    const open = async () => {
      const style = styleUrl ?? (await baseMap());
      if (isGone) return;
      made = new MapLibre({
        container,
        style,
        maxZoom: FURTHEST_IN,
        attributionControl: { compact: false },
        dragRotate: false,
        pitchWithRotate: false,
        cooperativeGestures: true,
      });
      made.touchZoomRotate.disableRotation();
      made.addControl(new NavigationControl({ showCompass: false }));
      made.on('click', ({ lngLat }) => pick.current?.({ latitude: lngLat.lat, longitude: lngLat.wrap().lng }));
      made.on('load', () => {
        if (!isGone) setMap(made);
      });
    };
    // No WebGL, or no network: the words beside the map say the same.
    open().catch(() => setIsBroken(true));
    return () => {
      isGone = true;
      setMap(null);
      made?.remove();
    };
  }, [styleUrl, isDark]);

  useEffect(() => {
    if (map) draw(map, { latitude, longitude, withinKm, radiusKm });
  }, [map, latitude, longitude, withinKm, radiusKm]);

  useEffect(() => {
    const canvas = map?.getCanvas();
    canvas?.setAttribute('aria-label', label);
  }, [map, label]);

  if (isBroken) return <p className="text-14 text-ink-3">The map cannot be drawn here. Its place: {label}.</p>;
  return (
    <div
      ref={frame}
      data-map={map ? 'drawn' : 'coming'}
      className={classNames(
        'h-72 w-full overflow-hidden rounded-card border border-line bg-line [&_.maplibregl-ctrl-attrib]:bg-sheet! [&_.maplibregl-ctrl-attrib]:text-ink-2!',
        onPick && '[&_canvas]:cursor-crosshair',
      )}
    />
  );
}

/** The circles, and the map moved so that the largest is all in sight. */
const draw = (map: MapLibre, { withinKm, radiusKm, ...point }: Shown): void => {
  const circles = radiusKm === null ? [withinKm] : [withinKm, radiusKm];
  const features = circles.map((km, at) => ({
    type: 'Feature' as const,
    properties: { at },
    geometry:
      km > 0
        ? { type: 'Polygon' as const, coordinates: [ring(point, km)] }
        : { type: 'Point' as const, coordinates: [point.longitude, point.latitude] },
  }));
  const data = { type: 'FeatureCollection' as const, features };
  const source = map.getSource('circles');
  if (source instanceof GeoJSONSource) source.setData(data);
  else {
    const kiln = colour('--kiln');
    map.addSource('circles', { type: 'geojson', data });
    const isArea = ['==', ['geometry-type'], 'Polygon'] as ['==', ['geometry-type'], 'Polygon'];
    map.addLayer({
      id: 'circles',
      type: 'fill',
      source: 'circles',
      filter: isArea,
      paint: { 'fill-color': kiln, 'fill-opacity': ['case', ['==', ['get', 'at'], 0], 0.22, 0.08] },
    });
    map.addLayer({
      id: 'circle-lines',
      type: 'line',
      source: 'circles',
      filter: isArea,
      paint: { 'line-color': kiln, 'line-width': 1.5 },
    });
    map.addLayer({
      id: 'circle-points',
      type: 'circle',
      source: 'circles',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-color': kiln,
        'circle-radius': 7,
        'circle-stroke-color': colour('--sheet'),
        'circle-stroke-width': 2,
      },
    });
  }
  const bounds = new LngLatBounds();
  // Room around a small circle: a map of nothing but it says nothing of where it is.
  for (const corner of ring(point, Math.max(25, ...circles.map((km) => km * 1.4)), 4)) bounds.extend(corner);
  map.fitBounds(bounds, { animate: false });
};
