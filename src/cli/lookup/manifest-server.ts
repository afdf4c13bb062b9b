// Serves manifests for the time of one lookup: the same server as ever, on a free port of the loopback address.

import net from 'node:net';
import { createProcessServices } from '../process-services.ts';

/** Runs `work` with the port of a server for these manifests. Rejects with the manifests' fault. */
export async function withManifestServer<T>(
  manifests: readonly string[],
  domain: string,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const fileName = 'manifests';
  const paths = manifests.map((path) => `"${path.replaceAll('"', '\\"')}"`).join(' ');
  const text = `.:${port} {
    bind 127.0.0.1
    kubernetes ${domain} in-addr.arpa ip6.arpa {
        pods insecure
        manifests ${paths}
    }
}
`;
  const services = createProcessServices({
    corefilePath: fileName,
    defaultPort: String(port),
    logLayout: 'coredns',
    isSilent: true,
    readCorefile: () => ({ fileName, text }),
  });
  await services.supervisor.start({ fileName, text });
  try {
    return await work(port);
  } finally {
    await services.supervisor.stop();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
