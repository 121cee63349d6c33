import { useEffect } from 'react';

/**
 * Takes away the picture that the page brought (platform/http/pages.ts) once the feed has drawn its own in the same place.
 * @param isDrawn whether there is anything but the skeleton
 */
export function useFirstPicture(isDrawn: boolean): void {
  useEffect(() => {
    const brought = document.getElementById('first-picture');
    if (!brought || !isDrawn) return;
    const own = document.querySelector<HTMLImageElement>('.clip-frame img');
    // Decoded already for the one that stands; one that fails is no reason to keep it.
    void Promise.resolve(own?.decode()).then(
      () => brought.remove(),
      () => brought.remove(),
    );
    return () => brought.remove();
  }, [isDrawn]);
}
