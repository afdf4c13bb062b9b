// URLs of list and watch requests, with the parameters that client-go sends, in its (alphabetical) order.

import type { ObjectKey } from '../objects/object-key.ts';
import type { Resource } from './resource.ts';

/** client-go's pager asks for this many objects at a time (tools/pager). */
const PAGE_SIZE = 500;

/** One page of a list. */
export interface ListPage {
  /** '0' any state will do, '' the newest, else at least as new as this. */
  readonly resourceVersion: string;
  /** Token of the page before, '' for the first page. */
  readonly continueToken: string;
  readonly isPaged: boolean;
}

/** Path and query of a list page. */
export function listTarget(resource: Resource<ObjectKey>, page: ListPage): string {
  return target(resource, {
    continue: page.continueToken,
    limit: page.isPaged ? String(PAGE_SIZE) : '',
    // The token stands for the version of the first page; giving both is an error.
    resourceVersion: page.continueToken === '' ? page.resourceVersion : '',
  });
}

/** Path and query of a watch; `hasInitialState` asks for all objects first (KEP-3157, WatchList). */
export function watchTarget(
  resource: Resource<ObjectKey>,
  watch: {
    readonly resourceVersion: string;
    readonly timeoutSeconds: number;
    readonly hasInitialState: boolean;
  },
): string {
  return target(resource, {
    allowWatchBookmarks: 'true',
    resourceVersion: watch.resourceVersion,
    resourceVersionMatch: watch.hasInitialState ? 'NotOlderThan' : '',
    sendInitialEvents: watch.hasInitialState ? 'true' : '',
    timeoutSeconds: String(watch.timeoutSeconds),
    watch: 'true',
  });
}

function target(resource: Resource<ObjectKey>, query: Readonly<Record<string, string>>): string {
  const { labelSelector, fieldSelector } = resource;
  const entries = Object.entries({ ...query, labelSelector, fieldSelector });
  const parameters = new URLSearchParams(entries.filter(([, value]) => value !== ''));
  parameters.sort();
  return `${resource.path}?${parameters}`;
}
