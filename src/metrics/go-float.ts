// Numbers in the text form of Prometheus's Go client (strconv.FormatFloat 'g', fewest digits): an
// exponent of at least two digits from 1e+06 up and below 1e-04, where JavaScript still writes
// plain digits. Counts of histograms do not come by here: Go writes those as whole numbers.

/** A float as Go prints it: `12`, `1e+06`, `0.00025`, `2.5e-05`, `+Inf`, `NaN`. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
