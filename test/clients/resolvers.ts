// The clients: how each is called and how its output becomes plain addresses, names and SRV data. Their layout is not
// compared.

import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, type PodNamespace } from './pod-namespace.ts';

/** A client by what it can be asked; each answer is a list, empty when there is nothing. */
export interface Resolver {
  readonly name: string;
  /** Why it cannot be used on this machine. */
  readonly missing: string | undefined;
  /** Names that it takes as they are, without the search list: those must not be asked short. */
  readonly asksAsIs: (name: string) => boolean;
  addresses(pod: PodNamespace, name: string): Promise<string[]>;
  names?(pod: PodNamespace, address: string): Promise<string[]>;
  services?(pod: PodNamespace, name: string): Promise<string[]>;
}

const PYTHON_ADDRESSES = `import socket, sys
try: found = socket.getaddrinfo(sys.argv[1], None, type=socket.SOCK_STREAM)
except socket.gaierror: found = []
for each in found: print(each[4][0])`;
const PYTHON_NAME = 'import socket, sys; print(socket.gethostbyaddr(sys.argv[1])[0])';

/** All clients; the musl one is built into a new folder below \`folder\`. */
export function resolvers(folder: string): readonly Resolver[] {
  return [
    digLike('dig', ['+search'], () => false),
    digLike('kdig', [], () => true),
    busybox(),
    getent(),
    python(),
    musl(folder),
  ];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function needs(program: string): string | undefined {
  return isInstalled(program) ? undefined : `${program} is not installed`;
}

/** dig and kdig say records alone with +short; a CNAME stands among the addresses. kdig knows no search list. */
function digLike(
  program: string,
  options: readonly string[],
  asksAsIs: (name: string) => boolean,
): Resolver {
  const ask = async (pod: PodNamespace, ...words: readonly string[]): Promise<string[]> =>
    lines((await pod.run(program, '+short', ...options, ...words)).stdout);
  return {
    name: program,
    missing: needs(program),
    asksAsIs,
    addresses: async (pod, name) => {
      const found = [...(await ask(pod, name, 'A')), ...(await ask(pod, name, 'AAAA'))];
      return found.filter((text) => !text.endsWith('.'));
    },
    names: async (pod, address) => (await ask(pod, '-x', address)).map(withoutDot),
    services: (pod, name) => ask(pod, name, 'SRV'),
  };
}

/**
 * busybox nslookup prints the server's address first, then blocks of `Name:` and `Address:`. It takes a name with a dot as
 * it is, whatever ndots says.
 */
function busybox(): Resolver {
  return {
    name: 'busybox nslookup',
    missing: needs('busybox'),
    asksAsIs: (name) => name.includes('.'),
    addresses: async (pod, name) => {
      const { stdout } = await pod.run('busybox', 'nslookup', name);
      const [, ...blocks] = stdout.split(/^Name:/m);
      return [...blocks.join('\n').matchAll(/^Address(?: \d+)?:\s*(\S+)/gm)].map(
        ([, text = '']) => text,
      );
    },
    names: async (pod, address) => {
      const { stdout } = await pod.run('busybox', 'nslookup', address);
      return [...stdout.matchAll(/name = (\S+)/g)].map(([, text = '']) => withoutDot(text));
    },
  };
}

/** glibc's getaddrinfo and gethostbyaddr, through getent. */
function getent(): Resolver {
  return {
    name: 'glibc getent',
    missing: needs('getent'),
    asksAsIs: () => false,
    addresses: async (pod, name) =>
      lines((await pod.run('getent', 'ahosts', name)).stdout)
        .filter((line) => line.includes('STREAM'))
        .map(firstWord),
    names: async (pod, address) =>
      lines((await pod.run('getent', 'hosts', address)).stdout).map(
        (line) => line.split(/\s+/)[1] ?? '',
      ),
  };
}

function python(): Resolver {
  return {
    name: 'glibc python3',
    missing: needs('python3'),
    asksAsIs: () => false,
    addresses: async (pod, name) =>
      lines((await pod.run('python3', '-c', PYTHON_ADDRESSES, name)).stdout),
    names: async (pod, address) =>
      lines((await pod.run('python3', '-c', PYTHON_NAME, address)).stdout),
  };
}

/** musl's getaddrinfo and getnameinfo, in a program of our own. */
function musl(folder: string): Resolver {
  const missing = needs('musl-gcc');
  const program = join(mkdtempSync(join(folder, 'musl-')), 'resolve');
  if (missing === undefined) {
    const source = join(import.meta.dirname, 'resolve.c');
    execFileSync('musl-gcc', [
      '-std=c11',
      '-D_GNU_SOURCE',
      '-static',
      '-Wall',
      '-o',
      program,
      source,
    ]);
  }
  return {
    name: 'musl getaddrinfo',
    missing,
    asksAsIs: () => false,
    addresses: async (pod, name) => lines((await pod.run(program, name)).stdout),
    names: async (pod, address) => lines((await pod.run(program, '-x', address)).stdout),
  };
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}

function firstWord(line: string): string {
  return line.split(/\s+/)[0] ?? '';
}
