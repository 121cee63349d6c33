/**
 * Which place each of the three slots shows around `index`: place p is always shown by slot p mod 3, so that a step
 * moves one slot only and the element that played or loaded a place goes on doing so. Null where there is no place.
 */
export function slotsAround(index: number, count: number): [number | null, number | null, number | null] {
  const slots: [number | null, number | null, number | null] = [null, null, null];
  for (const place of [index - 1, index, index + 1]) {
    if (place >= 0 && place < count) slots[place % 3] = place;
  }
  return slots;
}
