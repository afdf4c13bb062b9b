// resolv.conf as libc reads it.

import { describe, expect, test } from 'vitest';
import {
  formatResolvConf,
  parseResolvConf,
  podResolvConf,
} from '../../../../src/cli/lookup/resolv-conf.ts';

const NONE = { nameservers: [], search: [], ndots: 1 };

describe('reading', () => {
  test.each([
    ['nothing', '', NONE],
    [
      'a pod',
      'nameserver 10.96.0.10\nsearch a.svc.c svc.c c\noptions ndots:5\n',
      {
        nameservers: ['10.96.0.10'],
        search: ['a.svc.c', 'svc.c', 'c'],
        ndots: 5,
      },
    ],
    [
      'tabs and blanks',
      'search\ta  \t b \nnameserver  \t::1\n',
      { ...NONE, search: ['a', 'b'], nameservers: ['::1'] },
    ],
    ['carriage returns', 'nameserver 10.0.0.1\r\n', { ...NONE, nameservers: ['10.0.0.1'] }],
    ['comments', '# nameserver 10.0.0.1\n;search x\n', NONE],
    ['bug: a word that does not begin its line', '  nameserver 10.0.0.1\n', NONE],
    [
      'bug: a hash behind a domain is no comment',
      'search a #b\n',
      { ...NONE, search: ['a', '#b'] },
    ],
    ['the last search or domain line', 'search a b\ndomain c d\n', { ...NONE, search: ['c'] }],
    [
      'bug: a search line without domains changes nothing',
      'search a\nsearch\n',
      { ...NONE, search: ['a'] },
    ],
    [
      'several servers',
      'nameserver 10.0.0.1\nnameserver 10.0.0.2\n',
      { ...NONE, nameservers: ['10.0.0.1', '10.0.0.2'] },
    ],
    ['ndots above the largest', 'options ndots:99\n', { ...NONE, ndots: 15 }],
    ['ndots 0 among others', 'options edns0 ndots:0 timeout:1\n', { ...NONE, ndots: 0 }],
    ['ndots that is no number', 'options ndots:x\n', NONE],
    ['the last ndots', 'options ndots:2\noptions ndots:3\n', { ...NONE, ndots: 3 }],
    ['unknown words', 'sortlist 10.0.0.0\nnameserverx 1\n', NONE],
  ])('%s', (_what, text, conf) => {
    expect(parseResolvConf(text)).toEqual(conf);
  });
});

test('a pod of a namespace gets the file that the kubelet writes', () => {
  const conf = podResolvConf('web', 'cluster.local', '10.96.0.10');
  const text = formatResolvConf(conf);
  expect(text).toBe(
    'nameserver 10.96.0.10\nsearch web.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n',
  );
  expect(parseResolvConf(text)).toEqual(conf);
});
