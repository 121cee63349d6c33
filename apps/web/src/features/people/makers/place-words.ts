import type { ShownPlace } from '@videowindow/contract/api/makers';

/** Where somebody works, as a sentence that says all that a map would. */
export const placeWords = ({ city, withinKm, radiusKm }: ShownPlace): string =>
  [
    withinKm === 0 ? `In ${city}.` : `In or near ${city}, within ${withinKm} km of the middle of the circle.`,
    ...(radiusKm === null ? [] : [`Comes to you up to ${radiusKm} km around.`]),
  ].join(' ');
