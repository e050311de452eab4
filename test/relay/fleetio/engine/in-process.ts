/** Calls of a client answered by the sandbox without a network between them. */
import { FleetioError } from '../../../../src/relay/fleetio/client/errors.ts';
import type { Ask, Heard, Http } from '../../../../src/relay/fleetio/client/http.ts';
import type { Answer, Call } from '../../../../src/relay/sandbox/answer.ts';
import { refusal, tooMany } from '../../../../src/relay/sandbox/answer.ts';
import { answer, type Office } from '../../../../src/relay/sandbox/routes.ts';
import type { Gate } from '../../../../src/relay/sandbox/server.ts';

export function inProcess(office: Office, gate: Gate, moved: () => void): Pick<Http, 'ask' | 'close'> {
  return {
    close: () => {},
    ask: async asked => {
      moved();
      // As over a network: the answer comes later.
      await new Promise(resolve => setImmediate(resolve));
      moved();
      const call = callOf(asked);
      const refused = gate.refuses(call);
      if (refused === null || refused === 'none') return heardOf(answer(office, call));
      if (typeof refused === 'object') return heardOf(refused);
      return failed(refused, call.path, office.switches.retryAfterS);
    },
  };
}

function failed(failure: string, path: string, retryAfterS: number): Heard {
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

function heardOf({ status, headers = {}, body }: Answer): Heard {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': isText ? 'text/html' : 'application/json', ...headers }, text };
}
