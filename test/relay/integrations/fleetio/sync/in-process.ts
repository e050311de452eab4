/** Calls of a client answered by the sandbox without a network between them. */

import type { HttpAnswer } from '../../../../../src/base/http-call.ts';
import { FleetioError } from '../../../../../src/relay/integrations/fleetio/api/errors.ts';
import type { Ask, Http } from '../../../../../src/relay/integrations/fleetio/api/http.ts';
import type { Answer, Call } from '../../../../../src/sandbox/answer.ts';
import { refusal, tooMany } from '../../../../../src/sandbox/answer.ts';
import { answer, type Office } from '../../../../../src/sandbox/routes.ts';
import type { Gate } from '../../../../../src/sandbox/server.ts';

/** By `assignment ID`, `contact ID`, `vehicle ID`: what Fleetio says instead of its record. */
export type Bent = Map<string, (record: object) => unknown>;

const kinds: Readonly<Record<string, string>> = {
  vehicle_assignments: 'assignment',
  contacts: 'contact',
  vehicles: 'vehicle',
};

/** An answer with the records that are bent. */
function bend(bent: Bent, path: string, body: unknown): unknown {
  const [, list = ''] = path.split('/');
  const one = (record: unknown): unknown => {
    if (typeof record !== 'object' || record === null || !('id' in record)) return record;
    return bent.get(`${kinds[list] ?? ''} ${record.id}`)?.(record) ?? record;
  };
  if (typeof body !== 'object' || body === null) return body;
  if ('records' in body && Array.isArray(body.records)) return { ...body, records: body.records.map(one) };
  return one(body);
}

export interface InProcess {
  readonly office: Office;
  readonly gate: Gate;
  readonly bent: Bent;
  readonly moved: () => void;
}

export function inProcess({ office, gate, bent, moved }: InProcess): Pick<Http, 'ask' | 'close'> {
  return {
    close: () => {},
    ask: async asked => {
      moved();
      // As over a network: the answer comes later.
      await new Promise(resolve => setImmediate(resolve));
      moved();
      const call = callOf(asked);
      const refused = gate.refuses(call);
      if (refused === null || refused === 'none') {
        const answered = answer(office, call);
        return heardOf({ ...answered, body: bend(bent, call.path, answered.body) });
      }
      if (typeof refused === 'object') return heardOf(refused);
      return failed(refused, call.path, office.switches.retryAfterS);
    },
  };
}

function failed(failure: string, path: string, retryAfterS: number): HttpAnswer {
  if (failure === 'hang' || failure === 'cut')
    throw new FleetioError('fleetio-unreachable', `Fleetio ${failure}s`);
  if (failure === 'garbage') return heardOf({ status: 200, body: '<html>maintenance</html>' });
  if (failure === '403') return heardOf({ status: 403 });
  if (failure === '422') return heardOf({ status: 422, body: { errors: { base: ['is refused'] } } });
  if (failure === '429') return heardOf(tooMany(retryAfterS));
  return heardOf(refusal(Number(failure), path));
}

function callOf({ method, path, query, headers, body }: Ask): Call {
  const [, version, rest = '/'] = /^(?:\/(v1|v2))?(\/.*)$/.exec(path) ?? [];
  return {
    ...{ method, path: rest, query: query ?? new URLSearchParams(), headers },
    version: version === 'v1' || version === 'v2' ? version : null,
    body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)),
  };
}

function heardOf({ status, headers = {}, body }: Answer): HttpAnswer {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': isText ? 'text/html' : 'application/json', ...headers }, text };
}
