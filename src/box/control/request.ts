import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { parseForeign } from '../../base/foreign-json.ts';
import { lineProblem, withoutMarks } from '../../base/plain-line.ts';
import { type ControlRequest, controlVersion, rowsMax, whoMax, whyMax } from '../../wire/control.ts';

const members = ['version', 'op', 'args', 'who', 'why', 'rows'];

export const badRequest = (message: string): Fault =>
  new Fault('bad-request', message, 'Use the smartbox of the same release as smartboxd.');

/**
 * A request from the line that a client sent.
 * @throws Fault `bad-request`, or `version` where the client speaks another version of the protocol
 */
export function readRequest(line: string): ControlRequest {
  const value = parseLine(line, 'the request');
  if (!isObject(value)) throw badRequest('the request must be an object');
  const { version, op, args, who, why, rows } = value;
  if (version !== controlVersion) throw wrongVersion(version);
  const strange = Object.keys(value).find(name => !members.includes(name));
  if (strange !== undefined)
    throw badRequest(`the request has a member ${JSON.stringify(strange.slice(0, 40))}`);
  if (!isObject(args)) throw badRequest('args must be an object');
  return {
    version: controlVersion,
    op: plainText(op, 'op', 64),
    args,
    who: plainText(who, 'who', whoMax),
    why: why === null || why === undefined ? null : plainText(why, 'why', whyMax),
    rows: rowCount(rows),
  };
}

/** @throws Fault `bad-request` */
export function parseLine(line: string, what: string): Json {
  try {
    return parseForeign(line) as Json;
  } catch {
    throw badRequest(`${what} is not JSON`);
  }
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One line with nothing in it that hides, 1 to `max` characters. */
function plainText(value: Json | undefined, name: string, max: number): string {
  if (typeof value !== 'string') throw badRequest(`${name} must be text`);
  if (value.length > max) throw badRequest(`${name} is longer than ${max} characters`);
  const problem = lineProblem(value);
  if (problem !== null) throw badRequest(`${name} ${problem}`);
  return withoutMarks(value);
}

function rowCount(rows: Json | undefined): number {
  if (rows === undefined) return 0;
  if (typeof rows !== 'number' || !Number.isSafeInteger(rows) || rows < 0) {
    throw badRequest('rows must be a whole number');
  }
  if (rows > rowsMax) {
    throw new Fault(
      'too-many-rows',
      `${rows} rows are more than the ${rowsMax} of one import`,
      'Split the file.',
    );
  }
  return rows;
}

const wrongVersion = (version: Json | undefined): Fault =>
  new Fault(
    'version',
    `the daemon speaks version ${controlVersion} of the control protocol, not ${(JSON.stringify(version) ?? 'none').slice(0, 40)}`,
    'Restart smartboxd after an upgrade, and use the smartbox of the same release.',
  );
