// Names and versions as the server prints them, in the form of CoreDNS's two version lines.

import packageFile from '../../package.json' with { type: 'json' };

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64' };

/** Product name with version: `Nodens-0.1.0`. */
export const PRODUCT: string = `Nodens-${packageFile.version}`;

/** The version alone. */
export const VERSION: string = packageFile.version;

/** Commit that was built, or `dev` when run from sources (the build script fills it in). */
export const REVISION: string = process.env['NODENS_REVISION'] ?? 'dev';

/** `linux/amd64, node26.10.0, REVISION`. */
export const BUILD_LINE: string = [
  `${process.platform}/${ARCHITECTURES[process.arch] ?? process.arch}`,
  `node${process.versions.node}`,
  REVISION,
].join(', ');
