/** The middle one; of an even number the upper. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value that the part `q` of all are below. @param q 0 to 1 */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
};
