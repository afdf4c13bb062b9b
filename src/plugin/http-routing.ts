// What an HTTP endpoint with a single path, or a tree below one, does with a request target and with Accept-Encoding, as
// Go's ServeMux and promhttp do. Text in, decision out; the sockets are in http-listener.ts.

/** A request target: the endpoint's own path, another place to look, or nothing. */
export type Route =
  | { readonly kind: 'found' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'moved'; readonly location: string };

/** What a request asks for. */
export interface HttpRequest {
  /** As sent, without scheme, host and query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Takes a request target apart. */
export function readTarget(target: string): HttpRequest {
  const [path = '', ...query] = originForm(target).split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/**
 * Compares a request target with the path of an endpoint (one segment, `/health`; with `isTree` any path, and what lies
 * below is found, too). Targets that are not in clean form (`//health`, `/x/../health`) are sent to their clean form,
 * whether that exists or not (net/http, findHandler).
 */
export function routeTarget(target: string, path: string, isTree = false): Route {
  const [rawPath = '', ...query] = originForm(target).split('?');
  const clean = cleanPath(rawPath);
  if (clean !== rawPath) {
    const location = query.length === 0 ? clean : `${clean}?${query.join('?')}`;
    return { kind: 'moved', location };
  }
  const isFound = isTree ? isBelow(clean, path) : decodeSegment(clean) === path;
  return { kind: isFound ? 'found' : 'missing' };
}

/** Drops scheme and host of an absolute target (`GET http://host/health`, RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/i.exec(target);
  return absolute === null ? target : (absolute[1] ?? '');
}

function cleanPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const clean = `/${segments.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

/** Percent signs count inside the one segment only: an escaped slash does not separate segments. */
function decodeSegment(path: string): string {
  const segment = path.slice(1);
  if (segment.includes('/')) return path;
  try {
    return `/${decodeURIComponent(segment)}`;
  } catch {
    return path;
  }
}

/**
 * Whether a body goes out as gzip. The first of `identity`, `gzip` with the highest weight wins, so `*` and
 * equal weights mean identity (promhttp's negotiation).
 */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = weightsOf(acceptEncoding ?? '');
  return bestWeight(weights, 'gzip') > Math.max(0, bestWeight(weights, 'identity'));
}

type Weight = readonly [coding: string, quality: number];

function bestWeight(weights: readonly Weight[], coding: string): number {
  let best = -1;
  for (const [name, quality] of weights) {
    if ((name === coding || name === '*') && quality > best) best = quality;
  }
  return best;
}

function weightsOf(header: string): Weight[] {
  return header.split(',').map((part): Weight => {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return [coding.toLowerCase(), quality === undefined ? 1 : Number(quality.slice(2)) || 0];
  });
}
