// Text of one manifest file -> its documents as plain data, each able to find the line of any of its values. YAML with
// several documents, JSON, and JSON objects one after the other, as kubectl reads them. Knows nothing of kinds.

import {
  type Document,
  isNode,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  type YAMLError,
} from 'yaml';
import { ManifestError, type ManifestPlace } from './manifest-error.ts';
import type { FieldPath } from './manifest-fields.ts';

/** One document that is not empty. */
export interface ManifestDocument {
  readonly value: unknown;
  /** The place of a value, or of the nearest one around it. */
  locate(path: FieldPath): ManifestPlace;
}

/** Reads all documents of a file; empty ones are left out but counted. Throws ManifestError. */
export function readDocuments(file: string, text: string): readonly ManifestDocument[] {
  if (!/^\s*\{/.test(text)) return readYaml({ file, text, firstDocument: 1, firstLine: 1 });
  const quick = readJson(file, text);
  if (quick !== undefined) return [quick];
  return jsonChunks(file, text).flatMap(readYaml);
}

const TRUE_WORD = /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/;
const FALSE_WORD = /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/;

/** A part of a file that is a text of its own. */
interface Chunk {
  readonly file: string;
  readonly text: string;
  readonly firstDocument: number;
  readonly firstLine: number;
}

/**
 * A dump of a whole cluster is megabytes of JSON, for which JSON.parse takes a fraction of the YAML parser's time.
 * Lines are needed only for an error, so only then is the text parsed the slow way.
 */
function readJson(file: string, text: string): ManifestDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const start = { file, document: 1, line: 1 };
  let slow: ManifestDocument | undefined;
  const locate = (path: FieldPath): ManifestPlace => {
    slow ??= readYaml({ file, text, firstDocument: 1, firstLine: 1 })[0];
    return slow?.locate(path) ?? start;
  };
  return { value, locate };
}

/** All documents of a chunk; the first error in any of them ends the reading. */
function readYaml(chunk: Chunk): readonly ManifestDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments<ParsedNode>(chunk.text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    // What kubectl reads is YAML 1.1 (yes, on, 0644), less its types for times and sets, which stay text there too.
    schema: 'yaml-1.1',
    customTags: plainTags,
  });
  const documents: ManifestDocument[] = [];
  for (const [index, document] of [...parsed].entries()) {
    const place = (offset: number): ManifestPlace => ({
      file: chunk.file,
      document: chunk.firstDocument + index,
      line: lines.linePos(offset).line + chunk.firstLine - 1,
    });
    const value = plainValue(document, place);
    if (value !== null)
      documents.push({ value, locate: (path) => place(offsetOf(document, path)) });
  }
  return documents;
}

/** Types that stay; and a lone y or n is text here, as few who name a namespace so mean a boolean. */
function plainTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      (/:(str|null|bool|int|float|map|seq|merge)$/.test(tag.tag) && tag.format !== 'TIME'),
  );
  return kept.map((tag) =>
    typeof tag === 'object' && tag.collection === undefined ? plainBool(tag) : tag,
  );
}

function plainBool(tag: ScalarTag): ScalarTag {
  if (!tag.tag.endsWith(':bool')) return tag;
  return { ...tag, test: tag.test?.test('yes') ? TRUE_WORD : FALSE_WORD };
}

function plainValue(
  document: Document<ParsedNode>,
  place: (offset: number) => ManifestPlace,
): unknown {
  const error: YAMLError | undefined = document.errors[0];
  if (error !== undefined)
    throw new ManifestError(place(error.pos[0]), `malformed YAML: ${error.message}`);
  try {
    return document.toJS() ?? null;
  } catch (cause) {
    // Aliases without end and merges of what is no map show only here.
    throw new ManifestError(
      place(startOf(document)),
      `malformed YAML: ${String((cause as Error).message)}`,
    );
  }
}

/** Offset of the value at `path`, or of the nearest value around it that the text spells out. */
function offsetOf(document: Document<ParsedNode>, path: FieldPath): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? startOf(document);
}

function startOf(document: Document<ParsedNode>): number {
  return document.range?.[0] ?? 0;
}

/** Cuts `{...} {...}` between the top-level objects; text that is not JSON ends in the last chunk. */
function jsonChunks(file: string, text: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let line = 1;
  for (const end of [...objectEnds(text), text.length]) {
    const part = text.slice(start, end);
    const padding = part.length - part.trimStart().length;
    const firstLine = line + lineBreaks(part.slice(0, padding));
    if (part.trim() !== '')
      chunks.push({ file, text: part.slice(padding), firstDocument: chunks.length + 1, firstLine });
    line += lineBreaks(part);
    start = end;
  }
  return chunks;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/** Offsets behind each closing brace of the outermost level, braces inside strings not counted. */
function objectEnds(text: string): readonly number[] {
  const ends: number[] = [];
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token[0] === '{') depth++;
    else if (token[0] === '}' && --depth === 0) ends.push(token.index + 1);
  }
  return ends;
}
