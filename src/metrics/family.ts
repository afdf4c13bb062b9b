// What an exposition is made of: families with their series and samples. No text yet (exposition.ts).

/** The Content-Type that CoreDNS sends with the text. */
export const EXPOSITION_CONTENT_TYPE =
  'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** One line: the family's name plus `suffix`, labels as pairs in any order, the number. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** The samples of one label set; a histogram or summary has several, which stay together. */
export interface Series {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly samples: readonly Sample[];
}

/** A family of the exposition; without series it is left out altogether. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  collect(): readonly Series[] | Promise<readonly Series[]>;
}

/** A series of one line. */
export function singleSeries(labels: Sample['labels'], value: number): Series {
  return { labels, samples: [{ labels, value }] };
}
