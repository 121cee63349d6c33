// Where a maker works, as others may see it: near enough to know whether it is worth the way, too far off to find the door.

export type Point = { latitude: number; longitude: number };

/** Height of a cell in degrees of latitude: 5.6 km. Its width is as many kilometres, wherever on earth it lies. */
const CELL = 0.05;
/** From the middle of a cell to its corners, rounded up. */
export const WITHIN_KM = 4;

/**
 * The middle of the cell in which a point lies. Always the same for the same place, so that saving it again and again tells
 * no more (noise drawn anew each time would give the point away by its mean).
 */
export const blurred = ({ latitude, longitude }: Point): Point => {
  const row = (Math.floor(latitude / CELL) + 0.5) * CELL;
  const columns = Math.floor((360 / CELL) * Math.cos((row * Math.PI) / 180));
  const width = 360 / columns;
  const column = Math.min(columns - 1, Math.floor((longitude + 180) / width));
  return { latitude: round(row), longitude: round((column + 0.5) * width - 180) };
};

/** Five decimals are a metre: a sum of binary fractions needs no more. */
const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
