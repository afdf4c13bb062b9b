// Types for the single default metrics of prom-client. Taken one by one, as collectDefaultMetrics()
// would also start an event loop monitor and export forty nodejs_* families that CoreDNS does not
// have.
declare module 'prom-client/lib/metrics/osMemoryHeap.js' {
  import type { Registry } from 'prom-client';

  export default function collect(registry: Registry): void;
}

declare module 'prom-client/lib/metrics/processOpenFileDescriptors.js' {
  import type { Registry } from 'prom-client';

  export default function collect(registry: Registry): void;
}

declare module 'prom-client/lib/metrics/processMaxFileDescriptors.js' {
  import type { Registry } from 'prom-client';

  export default function collect(registry: Registry): void;
}

declare module 'prom-client/lib/metrics/processStartTime.js' {
  import type { Registry } from 'prom-client';

  export default function collect(registry: Registry): void;
}
