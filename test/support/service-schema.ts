// core/v1 Service as a schema of message-schema.ts: what the tests' API server writes, and the general way that
// protobuf/service-message.ts is compared with.

import { PORTS } from '../../src/kubernetes/protobuf/kind-schemas.ts';
import {
  type FieldSchema,
  type MessageSchema,
  messageSchema,
} from '../../src/kubernetes/protobuf/message-schema.ts';

const text = (name: FieldSchema['name']): FieldSchema => ({ name, kind: 'text' });
const texts = (name: FieldSchema['name']): FieldSchema => ({ ...text(name), isList: true });
const message = (
  name: FieldSchema['name'],
  fields: Readonly<Record<number, FieldSchema>>,
): FieldSchema => ({ name, kind: 'message', fields: messageSchema(fields) });

export const SERVICE: MessageSchema = messageSchema({
  1: message('metadata', {
    1: text('name'),
    3: text('namespace'),
    6: text('resourceVersion'),
    12: { name: 'annotations', kind: 'map' },
  }),
  2: message('spec', {
    1: PORTS,
    3: text('clusterIP'),
    4: text('type'),
    5: texts('externalIPs'),
    10: text('externalName'),
    18: texts('clusterIPs'),
  }),
  3: message('status', {
    1: message('loadBalancer', {
      1: { ...message('ingress', { 1: text('ip'), 2: text('hostname') }), isList: true },
    }),
  }),
});
