// The fields of each kind that DNS needs, with their numbers in Kubernetes' generated.proto files (k8s.io/api, k8s.io/apimachinery).
// Numbers are part of the API's contract and never change.

import { type FieldSchema, type MessageSchema, messageSchema } from './message-schema.ts';

const text = (name: FieldSchema['name']): FieldSchema => ({ name, kind: 'text' });
const integer = (name: FieldSchema['name']): FieldSchema => ({ name, kind: 'integer' });
const map = (name: FieldSchema['name']): FieldSchema => ({ name, kind: 'map' });
const message = (name: FieldSchema['name'], fields: MessageSchema): FieldSchema => ({
  name,
  kind: 'message',
  fields,
});
const messages = (name: FieldSchema['name'], fields: MessageSchema): FieldSchema => ({
  ...message(name, fields),
  isList: true,
});

/** metav1.ObjectMeta; annotations mark the end of an initial state. */
const METADATA_FIELDS: Readonly<Record<number, FieldSchema>> = {
  1: text('name'),
  3: text('namespace'),
  6: text('resourceVersion'),
  12: map('annotations'),
};
const METADATA = messageSchema(METADATA_FIELDS);
const LABELLED_METADATA = messageSchema({ ...METADATA_FIELDS, 11: map('labels') });
const POD_METADATA = messageSchema({
  ...METADATA_FIELDS,
  9: { name: 'deletionTimestamp', kind: 'time' },
  11: map('labels'),
});

/** The ports of a Service, and those of an EndpointSlice. */
export const PORTS: FieldSchema = {
  ...messages('ports', messageSchema({ 1: text('name'), 2: text('protocol'), 3: integer('port') })),
  isShared: true,
};

/** metav1.ListMeta. */
export const LIST_META: MessageSchema = messageSchema({
  2: text('resourceVersion'),
  3: text('continue'),
});

/** metav1.Status. */
export const STATUS: MessageSchema = messageSchema({
  3: text('message'),
  4: text('reason'),
  5: message('details', messageSchema({ 5: integer('retryAfterSeconds') })),
  6: integer('code'),
});

/** core/v1 Namespace. */
export const NAMESPACE: MessageSchema = messageSchema({ 1: message('metadata', METADATA) });

/** discovery.k8s.io/v1 EndpointSlice. */
export const ENDPOINT_SLICE: MessageSchema = messageSchema({
  1: message('metadata', LABELLED_METADATA),
  2: { name: 'endpoints', kind: 'endpoints' },
  3: PORTS,
  4: text('addressType'),
});

const TARGET_REF = messageSchema({ 3: text('name') });

/** core/v1 Endpoints. */
export const ENDPOINTS: MessageSchema = messageSchema({
  1: message('metadata', METADATA),
  2: messages(
    'subsets',
    messageSchema({
      1: messages(
        'addresses',
        messageSchema({
          1: text('ip'),
          2: message('targetRef', TARGET_REF),
          3: text('hostname'),
        }),
      ),
      3: messages(
        'ports',
        messageSchema({ 1: text('name'), 2: integer('port'), 3: text('protocol') }),
      ),
    }),
  ),
});

/** core/v1 Pod. */
export const POD: MessageSchema = messageSchema({
  1: message('metadata', POD_METADATA),
  3: message('status', messageSchema({ 6: text('podIP') })),
});
