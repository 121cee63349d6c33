import { useSyncExternalStore } from 'react';

const query = () => matchMedia('(width < 64rem)');
const subscribe = (listener: () => void) => {
  const media = query();
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
};

/** Whether there is no room for a panel beside the clip. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => query().matches);
