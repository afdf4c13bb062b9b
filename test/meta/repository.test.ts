// What is kept in the repository: text that people wrote, no build output, nothing that names a machine, exact versions.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

const isClone = existsSync(join(ROOT, '.git'));
const THIS_FILE = 'test/meta/repository.test.ts';
const BUILT =
  /^(?:dist|coverage|node_modules)\/|\.(?:map|tsbuildinfo|o|so|node|gz|zip|tgz|png|wasm)$/;
/** Package registries and their mirrors: where a package comes from is the machine's business. */
const REGISTRIES =
  /registry\.(?:npmjs|yarnpkg)|npmmirror|taobao\.org|artifactory|verdaccio|pypi\.org|pythonhosted|proxy\.golang|goproxy/i;
const MACHINE_PATHS = new RegExp(
  `(?<![\\w.~-])(?:${RegExp.escape(ROOT)}|/(?:home|Users)/\\w+)(?=[/\\s'"\`])`,
);

/** Files that are tracked, or would be with `git add`. */
function files(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return listed.filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;
}

describe.skipIf(!isClone)('a file of the repository', () => {
  const all = isClone ? files() : [];
  const texts = all.map((file) => [file, readFileSync(join(ROOT, file))] as const);

  test('is no build output', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((file) => BUILT.test(file))).toEqual([]);
  });

  test('is text', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const isBinary = (bytes: Uint8Array): boolean => {
      try {
        return decoder.decode(bytes).includes('\0');
      } catch {
        return true;
      }
    };
    expect(texts.filter(([, bytes]) => isBinary(bytes)).map(([file]) => file)).toEqual([]);
  });

  test.each([
    ['package registries', REGISTRIES],
    ['paths of a machine', MACHINE_PATHS],
  ])('names no %s', (_what, pattern) => {
    const named = texts
      .filter(([file]) => file !== THIS_FILE)
      .flatMap(([file, bytes]) => {
        const found = pattern.exec(bytes.toString('utf8'));
        return found === null ? [] : [`${file}: ${found[0]}`];
      });
    expect(named).toEqual([]);
  });
});

describe('the packages', () => {
  test('have exact versions', () => {
    const { dependencies, devDependencies, optionalDependencies } = json('package.json');
    const versions = {
      ...(dependencies as object),
      ...(devDependencies as object),
      ...(optionalDependencies as object),
    };
    const loose = Object.entries(versions).filter(
      ([, text]) => !/^\d+\.\d+\.\d+$/.test(String(text)),
    );
    expect(loose).toEqual([]);
  });

  test('are locked by hash, without the address they came from', () => {
    const packages = json('package-lock.json')['packages'] as Record<
      string,
      { readonly resolved?: string; readonly integrity?: string }
    >;
    const others = Object.entries(packages).filter(([path]) => path !== '');
    expect(others.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    expect(others.filter(([, entry]) => entry.integrity === undefined)).toEqual([]);
  });

  test('are locked whole: npm ci refuses a lockfile that lacks a package of another platform', () => {
    const packages = json('package-lock.json')['packages'] as Record<
      string,
      { readonly optionalDependencies?: Readonly<Record<string, string>> }
    >;
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('do not ask npm to be as new as the server', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).not.toMatch(/engine-strict/);
  });
});
