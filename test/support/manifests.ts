// Manifests as text in a test, the embedded cluster or its objects out, and folders with manifests that end with the test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EmbeddedCluster } from '../../src/kubernetes/embedded/cluster.ts';
import {
  type EmbeddedOptions,
  loadCluster,
} from '../../src/kubernetes/embedded/manifest-loader.ts';
import type { EndpointSliceObject } from '../../src/kubernetes/objects/endpoint-slice.ts';
import type { ServiceObject } from '../../src/kubernetes/objects/service.ts';

/** The cluster of a text that comes by standard input. */
export function clusterOf(
  text: string,
  options: Omit<EmbeddedOptions, 'paths'> = {},
): EmbeddedCluster {
  return loadCluster({ ...options, paths: ['-'] }, () => text);
}

/** The message that loading the text ends with. */
export function manifestProblem(
  text: string,
  options: Omit<EmbeddedOptions, 'paths'> = {},
): string {
  try {
    clusterOf(text, options);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the manifests are right');
}

export function service(cluster: EmbeddedCluster, name: string): ServiceObject {
  const found = cluster.services.find((each) => `${each.namespace}/${each.name}` === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

export function slicesOf(cluster: EmbeddedCluster, name: string): EndpointSliceObject[] {
  return cluster.endpointSlices.filter((each) => `${each.namespace}/${each.service}` === name);
}

/** Addresses of the ready endpoints of a service, in order. */
export function endpointIps(cluster: EmbeddedCluster, name: string): string[] {
  return slicesOf(cluster, name).flatMap((slice) =>
    slice.endpoints.flatMap((endpoint) => endpoint.addresses),
  );
}

/** A temporary folder with these files, by relative name. */
export function manifestFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nodens-manifests-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A Service in one line of YAML flow; `spec` is YAML too. */
export function serviceYaml(name: string, spec: string): string {
  return `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
}
