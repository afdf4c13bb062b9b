// kubeadm's Corefile, whole, with free ports in place of its fixed ones.

/** What differs from kubeadm's. */
export interface CorefileParts {
  readonly port: number;
  readonly healthPort: number;
  readonly readyPort: number;
  readonly metricsPort: number;
  /** Where the kubernetes plugin finds the API server: `endpoint URL` or `kubeconfig FILE`. */
  readonly apiServer: string;
  /** The upstream on 127.0.0.1, which must answer the probe of *loop* somehow. */
  readonly upstreamPort: number;
  /** With a query log. */
  readonly hasLog: boolean;
}

/** The text. */
export function kubeadmCorefile(parts: CorefileParts): string {
  return `.:${parts.port} {
    errors${parts.hasLog ? '\n    log' : ''}
    health :${parts.healthPort} {
       lameduck 5s
    }
    ready :${parts.readyPort}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       ${parts.apiServer}
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :${parts.metricsPort}
    forward . 127.0.0.1:${parts.upstreamPort} {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;
}
