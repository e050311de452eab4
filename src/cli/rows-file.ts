import { createReadStream } from 'node:fs';
import type { Json } from '../base/canonical.ts';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';
import { NestedTooDeep, parseForeign } from '../base/foreign-json.ts';
import { rowsMax, rowsMaxBytes } from '../wire/control.ts';

const sizeText = `${rowsMaxBytes / 1024 / 1024} MiB`;

/**
 * The rows of an import: a JSON array in a file, or on stdin for `-`.
 * @throws Fault `unreadable`, `too-large`, `not-json`, `not-an-array`, `too-many-rows`
 */
export async function readRows(file: string): Promise<readonly Json[]> {
  const name = file === '-' ? 'stdin' : file;
  const value = parse(await readText(file, name), name);
  if (!Array.isArray(value)) {
    throw new Fault(
      'not-an-array',
      `${name} is no JSON array`,
      'Put all rows into one pair of square brackets.',
    );
  }
  if (value.length > rowsMax) {
    throw new Fault(
      'too-many-rows',
      `${name} has ${value.length} rows, at most ${rowsMax} are taken`,
      'Split it.',
    );
  }
  return value as readonly Json[];
}

async function readText(file: string, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      size += (chunk as Buffer).length;
      if (size > rowsMaxBytes)
        throw new Fault('too-large', `${name} is larger than ${sizeText}`, 'Split it.');
      chunks.push(chunk as Buffer);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (codeOf(error) === 'ENOENT')
      throw new Fault('unreadable', `there is no file ${name}`, 'Check its path.', error);
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new Fault('not-json', `${name} is not UTF-8 text`, 'Save it as UTF-8.', error);
    }
    throw new Fault('unreadable', `${name} cannot be read: ${reasonOf(error)}`, 'Check its rights.', error);
  }
}

/** The parser's own message would quote the text, and with it a code. */
function parse(text: string, name: string): unknown {
  try {
    return parseForeign(text);
  } catch (error) {
    if (error instanceof NestedTooDeep)
      throw new Fault('not-json', `${name} is ${error.message}`, 'No file of rows needs as many.');
    const at = /line (\d+) column (\d+)|position (\d+)/.exec(reasonOf(error))?.[0];
    throw new Fault(
      'not-json',
      `${name} is not JSON${at === undefined ? '' : ` (${at})`}`,
      'Check it with jq.',
    );
  }
}
