// Order statistics of small samples.

/** The value that a share of the values does not exceed (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN;
}

/** The middle value, the lower one of two; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
