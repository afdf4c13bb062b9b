import { expect, test } from 'vitest';
import { NO_TLS } from '../../../../src/kubernetes/api/connection-state.ts';
import { secureContextOf } from '../../../../src/kubernetes/api/tls-context.ts';
import { CA_CERT } from '../../../support/fake-api-server-certificates.ts';

test('connections with the same material share a context', () => {
  const tls = { ...NO_TLS, ca: CA_CERT };
  const context = secureContextOf(tls);
  expect(context).toBeDefined();
  expect(secureContextOf(tls)).toBe(context);
  expect(secureContextOf({ ...tls })).not.toBe(context);
});

test('without material, Node has a context of its own', () => {
  expect(secureContextOf(NO_TLS)).toBeUndefined();
});
