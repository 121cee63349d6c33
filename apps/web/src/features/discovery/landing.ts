/** How far a list still glides for each px/ms of the finger that lets it go; browsers glide further, so this errs short. */
const GLIDE_MS = 250;

/**
 * Where a swipe through full-height places will come to rest: the neighbour, or where it began.
 * @param from the place where it began
 * @param draggedPx how far it is dragged already, positive towards the next place
 * @param speed the finger's in px/ms, in the same direction
 */
export function landingPlace(from: number, draggedPx: number, speed: number, heightPx: number): number {
  const reach = draggedPx + speed * GLIDE_MS;
  return Math.abs(reach) > heightPx / 2 ? from + Math.sign(reach) : from;
}
