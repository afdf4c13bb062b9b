// Entry of a short-lived child process: obtains the credential of a kubeconfig that names a plugin for it (exec, OIDC refresh) with
// @kubernetes/client-node and prints a KubeconfigReport in one line. It is a process of its own because the library costs 38 MB and
// more for what is needed once in an hour or never. Arguments: FILE [CONTEXT].

import { kubeconfigReport } from './kubeconfig-reader.ts';

// Meant for this process (kubeconfig.ts), not for exec plugins that are Node programs themselves: they would fill our cache.
delete process.env['NODE_COMPILE_CACHE'];
const [file = '', context] = process.argv.slice(2);
void kubeconfigReport(file, context).then((report) => {
  process.stdout.write(`${JSON.stringify(report)}\n`);
});
