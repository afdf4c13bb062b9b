// What a server without encrypted upstreams must not pay for: TLS and HTTP/2 are loaded when an upstream asks for them.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../../support/server.ts';

test('the upstream room loads neither TLS nor HTTP/2 by itself', () => {
  const file = pathToFileURL(join(ROOT, 'src', 'upstream', 'upstream.ts')).href;
  const script = `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.join())`;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
    .trim()
    .split(',');
  expect(loaded).toContain('NativeModule net');
  expect(loaded.filter((name) => /^NativeModule (?:tls|_tls_wrap|http2)$/.test(name))).toEqual([]);
});
