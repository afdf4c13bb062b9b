// The pages below /debug/pprof: which there are and what they say (Go: net/http/pprof). Profiles come from profiler.ts,
// sockets are in plugin/http-listener.ts.

import { type HttpReply, PLAIN_TEXT } from '../../plugin/http-listener.ts';
import type { HttpRequest } from '../../plugin/http-routing.ts';
import { type Profiler, ProfilerBusy, ThreadMissing } from './profiler.ts';

/** Root of the pages. */
export const PPROF_PATH = '/debug/pprof';

/** Length of a CPU profile unless told otherwise, and at most, in seconds. */
const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 300;

/** One page; the query as it came. */
interface Page {
  /** What stands behind the root's slash. */
  readonly name: string;
  readonly about: string;
  readonly answer: (query: URLSearchParams, profiler: Profiler) => HttpReply | Promise<HttpReply>;
}

const PAGES: readonly Page[] = [
  {
    name: 'cmdline',
    about: 'The command line of this process.',
    answer: () => text(200, [process.execPath, ...process.argv.slice(1)].join('\0')),
  },
  {
    name: 'heap',
    about: 'Sampled allocations that are still alive (.heapprofile). gc=1 collects garbage first.',
    async answer(query, profiler) {
      const isCollectedFirst = readCount(query.get('gc')) > 0;
      const thread = readThread(query);
      const profile = await (thread === undefined
        ? profiler.profileHeap(isCollectedFirst)
        : profiler.profileHeapOf(thread, isCollectedFirst, readDurationMs(query)));
      return attachment('heap.heapprofile', profile);
    },
  },
  {
    name: 'profile',
    about: `CPU profile (.cpuprofile). seconds=N sets its length: ${DEFAULT_SECONDS} by default, at most ${MAX_SECONDS}.`,
    async answer(query, profiler) {
      const profile = await profiler.profileCpu(readDurationMs(query), readThread(query));
      return attachment('profile.cpuprofile', profile);
    },
  },
  {
    name: 'symbol',
    about: 'Symbol look-up of program counters: there are none, the profiles hold names.',
    answer: () => text(200, 'num_symbols: 0\n'),
  },
  {
    name: 'trace',
    about: 'Not available: execution traces are a matter of Go.',
    answer: () =>
      text(
        501,
        'Execution traces of the Go runtime do not exist here. Use /debug/pprof/profile.\n',
      ),
  },
];

/** Answers a request for the root or something below it. */
export async function answerPprof(
  { path, query }: HttpRequest,
  profiler: Profiler,
): Promise<HttpReply> {
  if (path === PPROF_PATH) return movedToIndex();
  const name = path.slice(PPROF_PATH.length + 1);
  if (name === '') return indexPage();
  const page = PAGES.find((each) => each.name === name);
  if (page === undefined) return text(404, 'Unknown profile\n');
  try {
    return await page.answer(query, profiler);
  } catch (error) {
    if (error instanceof ThreadMissing) return text(404, 'Unknown thread\n');
    if (!(error instanceof ProfilerBusy)) throw error;
    return text(500, 'Could not enable CPU profiling: cpu profiling already in use\n');
  }
}

/** Length of a profile. */
function readDurationMs(query: URLSearchParams): number {
  return Math.min(readCount(query.get('seconds')) || DEFAULT_SECONDS, MAX_SECONDS) * 1000;
}

/** The name of the serving thread that is asked for (server/serving-threads.ts); undefined for the control thread. */
function readThread(query: URLSearchParams): string | undefined {
  const number = query.get('thread');
  return number === null ? undefined : `serving-${number}`;
}

/** A whole number above 0, else 0 (which means the default, as in Go). */
function readCount(value: string | null): number {
  return value !== null && /^\+?\d+$/.test(value) ? Number(value) : 0;
}

function movedToIndex(): HttpReply {
  return {
    status: 302,
    contentType: 'text/html; charset=utf-8',
    body: `<a href="${PPROF_PATH}/">Found</a>.\n\n`,
    isCompressible: false,
    headers: { location: `${PPROF_PATH}/` },
  };
}

function indexPage(): HttpReply {
  const rows = PAGES.map(
    ({ name, about }) => `<tr><td><a href="${name}">${name}</a></td><td>${about}</td></tr>`,
  );
  const body = `<!DOCTYPE html>
<html lang="en">
<head><title>${PPROF_PATH}/</title></head>
<body>
<h1>${PPROF_PATH}/</h1>
<p>Profiles of the control thread, with thread=N of a thread that answers queries. Chrome DevTools and other tools of Node.js
open them.</p>
<table>
${rows.join('\n')}
</table>
</body>
</html>
`;
  return page(200, 'text/html; charset=utf-8', body);
}

function attachment(fileName: string, body: string): HttpReply {
  const reply = page(200, 'application/json', body);
  const disposition = { 'content-disposition': `attachment; filename="${fileName}"` };
  return { ...reply, headers: { ...reply.headers, ...disposition } };
}

function text(status: number, body: string): HttpReply {
  return page(status, PLAIN_TEXT, body);
}

function page(status: number, contentType: string, body: string): HttpReply {
  const headers = { 'x-content-type-options': 'nosniff' };
  return { status, contentType, body, isCompressible: false, headers };
}
