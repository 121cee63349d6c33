import { Skeleton } from '@videowindow/ui';
import { type ComponentType, lazy, Suspense } from 'react';
import { useSite } from '../../app/site.tsx';
import type { MapProps } from './map.tsx';

/** Loaded where a map is shown and nowhere else. Where it cannot be, the words beside it are enough. */
const PlaceMap = lazy<ComponentType<MapProps>>(() => import('./map.tsx').catch(() => ({ default: () => null })));

export function LazyMap(props: Omit<MapProps, 'styleUrl'>) {
  const site = useSite();
  const waiting = <Skeleton className="h-72 w-full rounded-card" />;
  if (!site) return waiting;
  return (
    <Suspense fallback={waiting}>
      <PlaceMap {...props} styleUrl={site.mapStyleUrl} />
    </Suspense>
  );
}
