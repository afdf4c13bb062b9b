// Environment references in tokens: `{%NAME%}` and `{$NAME}`. Follows replaceEnvVars of caddyfile/parse.go, but gives up
// on a value that contains its own reference, where CoreDNS never ends.

/** Names and values, such as process.env; a missing name counts as ''. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** More replacements than this in one token can only be a value that refers to itself. */
const MAX_REPLACEMENTS = 1000;

/** `text` with its references replaced; undefined when a value refers to itself. Values are replaced in turn. */
export function replaceEnvironment(text: string, env: Environment): string | undefined {
  if (!text.includes('{')) return text;
  const first = replaceReferences(text, '{%', '%}', env);
  return first === undefined ? undefined : replaceReferences(first, '{$', '}', env);
}

function replaceReferences(
  text: string,
  open: string,
  close: string,
  env: Environment,
): string | undefined {
  let result = text;
  for (let round = 0; round < MAX_REPLACEMENTS; round++) {
    const start = result.indexOf(open);
    if (start < 0) return result;
    // From the start of the reference, as Go has it: `{%}` overlaps itself and counts as an empty name.
    const end = result.indexOf(close, start);
    if (end <= start + open.length) return result;
    const reference = result.slice(start, end + close.length);
    const name = result.slice(start + open.length, end);
    result = result.replaceAll(
      reference,
      () => (Object.hasOwn(env, name) ? env[name] : undefined) ?? '',
    );
  }
  return undefined;
}
