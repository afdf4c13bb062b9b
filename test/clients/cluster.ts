// The cluster that the clients ask about, as manifests with every address written down, and the resolv.conf of a pod in the
// namespace shop.

/** As the kubelet writes it, but for the address. */
export const RESOLV_CONF = `search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 127.0.0.1
options ndots:5
`;

/** The rest of the world: nothing in it exists. */
export const ROOT_ZONE =
  '. 60 IN SOA ns.invalid. host.invalid. 1 3600 600 86400 60\n. 60 IN NS ns.invalid.\n';

/** `folder` holds the manifests and the root zone. */
export function corefile(folder: string): string {
  return `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        manifests ${folder}/cluster.yaml
        pods insecure
    }
    file ${folder}/root.zone .
}
`;
}

export const MANIFESTS = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  clusterIP: 10.96.1.10
  ports: [{ name: http, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: dual, namespace: shop }
spec:
  clusterIP: 10.96.1.11
  clusterIPs: [10.96.1.11, "fd00:96::11"]
  ipFamilies: [IPv4, IPv6]
  ports: [{ name: http, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: other }
spec:
  clusterIP: 10.96.1.12
  ports: [{ name: http, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec:
  clusterIP: None
  ports: [{ name: sql, port: 5432 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: db-1
  namespace: shop
  labels: { kubernetes.io/service-name: db }
addressType: IPv4
ports: [{ name: sql, port: 5432, protocol: TCP }]
endpoints:
  - { addresses: [10.244.1.5], hostname: db-0, conditions: { ready: true } }
  - { addresses: [10.244.2.5], hostname: db-1, conditions: { ready: true } }
---
apiVersion: v1
kind: Service
metadata: { name: alias, namespace: shop }
spec: { type: ExternalName, externalName: api.other.svc.cluster.local }
`;

const ZONE = 'cluster.local';

/** Names that every client asks, with all addresses that they have. */
export const ADDRESSES: readonly (readonly [name: string, addresses: readonly string[]])[] = [
  ['web', ['10.96.1.10']],
  ['web.shop', ['10.96.1.10']],
  ['web.shop.svc', ['10.96.1.10']],
  [`web.shop.svc.${ZONE}`, ['10.96.1.10']],
  [`web.shop.svc.${ZONE}.`, ['10.96.1.10']],
  ['api.other', ['10.96.1.12']],
  ['dual', ['10.96.1.11', 'fd00:96::11']],
  ['db', ['10.244.1.5', '10.244.2.5']],
  ['db-1.db', ['10.244.2.5']],
  ['alias', ['10.96.1.12']],
  ['10-1-2-3.shop.pod', ['10.1.2.3']],
  ['absent', []],
  ['absent.other', []],
];

/** Addresses with the names that PTR gives them. */
export const REVERSE: readonly (readonly [address: string, name: string])[] = [
  ['10.96.1.10', `web.shop.svc.${ZONE}`],
  ['10.96.1.12', `api.other.svc.${ZONE}`],
  ['10.244.2.5', `db-1.db.shop.svc.${ZONE}`],
  ['fd00:96::11', `dual.shop.svc.${ZONE}`],
];

/** SRV names with what stands behind them: priority, weight and port are followed by the target. */
export const SERVICES: readonly (readonly [name: string, records: readonly string[]])[] = [
  [`_http._tcp.web.shop.svc.${ZONE}`, [`0 100 80 web.shop.svc.${ZONE}.`]],
  [
    `_sql._tcp.db.shop.svc.${ZONE}`,
    [`0 50 5432 db-0.db.shop.svc.${ZONE}.`, `0 50 5432 db-1.db.shop.svc.${ZONE}.`],
  ],
];
