/** The document with which the API says no: RFC 9457, `application/problem+json`. */
import { STATUS_CODES } from 'node:http';
import * as v from 'valibot';
import { Fault, WrongMember } from '../../../base/fault.ts';
import { problemsOf } from '../../domain/key-import.ts';

export const problemType = 'application/problem+json';

export const problemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  /** For programs; the same word as at the end of `type`. */
  code: v.string(),
  detail: v.optional(v.string()),
  hint: v.optional(v.string()),
  /** Faults of the request, member by member. */
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
});
export type ProblemDocument = v.InferOutput<typeof problemSchema>;

/** Bad rows that are told one by one. */
const rowsMax = 200;

/** HTTP status of each fault that the domain knows. What is not in it is our own trouble: 500. */
const statuses: Readonly<Record<string, number>> = {
  'bad-input': 400,
  'bad-encoding': 400,
  'bad-json': 400,
  'bad-cursor': 400,
  'fleetio-address': 400,
  'fleetio-unauthorized': 409,
  'fleetio-forbidden': 409,
  'fleetio-rejected': 409,
  'fleetio-not-found': 502,
  'fleetio-strange': 502,
  'fleetio-record': 502,
  'fleetio-too-large': 502,
  'fleetio-unreachable': 502,
  'fleetio-limited': 503,
  'fleetio-busy': 503,
  'fleetio-stopped': 503,
  unsigned: 401,
  unauthorised: 401,
  forbidden: 403,
  unproved: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'changed-since': 409,
  'not-as-read': 412,
  'not-on-box': 409,
  'claim-unknown': 403,
  'claim-used': 409,
  'claim-expired': 410,
  'too-large': 413,
  'media-type': 415,
  idempotency: 422,
  'too-many': 429,
  'pins-busy': 503,
  'passwords-busy': 503,
  'store-busy': 503,
  'store-closed': 503,
};

/** A store that does not answer is nobody's fault here, and passes. */
const statusOf = (code: string): number | undefined =>
  statuses[code] ?? (code.startsWith('storage-') ? 503 : undefined);

/** A request that is wrong in several places. */
export class BadInput extends Fault {
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(errors: readonly { readonly path: string; readonly message: string }[]) {
    const said = errors
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    super('bad-input', said.slice(0, 1_000), 'See /api/v1/openapi.json for what this takes.');
    this.errors = errors;
  }
}

/** Null: a bug or an outage of ours; the caller learns nothing but that. */
export function problemOf(error: unknown): ProblemDocument | null {
  if (error instanceof Fault) {
    const status = statusOf(error.code);
    if (status === undefined) return null;
    const errors = errorsOf(error);
    const said = problem(status, error.code, error.message, error.hint);
    return errors.length === 0 ? said : { ...said, errors };
  }
  return problemOfServer(error);
}

/** Member by member, or row by row of an import. */
function errorsOf(error: Fault): { path: string; message: string }[] {
  if (error instanceof BadInput) return [...error.errors];
  if (error instanceof WrongMember) return [{ path: error.where, message: error.problem }];
  const rows = problemsOf(error).slice(0, rowsMax);
  return rows.map(({ line, problem: message }) => ({ path: `line ${line}`, message }));
}

/** Faults that the HTTP library itself has found with a request. */
function problemOfServer(error: unknown): ProblemDocument | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return null;
  const { statusCode: status } = error;
  if (status < 400 || status > 499) return null;
  if (status === 413) return problem(413, 'too-large', 'the body is larger than this takes');
  if (status === 415)
    return problem(415, 'media-type', 'the body is of a media type that this does not take');
  if (error instanceof SyntaxError || ('code' in error && String(error.code).includes('JSON')))
    return problem(400, 'bad-json', 'the body is not JSON');
  return problem(status, 'bad-request', 'the request cannot be read');
}

export function problem(status: number, code: string, detail?: string, hint?: string): ProblemDocument {
  return {
    type: `urn:smartbox:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(hint === undefined || hint === '' ? {} : { hint }),
  };
}
