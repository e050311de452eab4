/** The first administrator's link. Looking at it does nothing, so that no preview of a chat burns it; the button does. */
import type { FastifyInstance } from 'fastify';
import { html } from '../../../base/html.ts';
import { firstAccount } from '../../domain/accounts.ts';
import type { Dispatch } from '../api/dispatch.ts';
import { scopes } from '../api/scopes.ts';
import { createToken } from '../api/tokens.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { TooMany } from '../server.ts';
import { useFirstLink } from './first-admin.ts';
import { mustBeOwn, sendPage, takeForms } from './form.ts';

const tries = { burst: 20, perMinute: 20 };
const addressesMax = 1_000;

interface Params {
  readonly secret: string;
}

export function firstPages(app: FastifyInstance, { store, time, random }: Dispatch): void {
  takeForms(app);
  const limits = new Limits(tries, addressesMax, () => Number(time.mono()));
  app.get('/admin/first/:secret', (_request, reply) =>
    sendPage(
      reply,
      'First administrator',
      html`<header><h1>First administrator</h1></header>
<p>This makes a token that may do everything, and shows it once. The link works one time.</p>
<form method="post"><button>Make the token</button></form>`,
    ),
  );
  app.post<{ Params: Params }>('/admin/first/:secret', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = limits.take(requestOrigin(request));
    if (waitMs > 0) throw new TooMany(waitMs);
    const nowMs = time.wall();
    const token = await store.write(async tx => {
      if (!(await useFirstLink(tx, request.params.secret, nowMs))) return null;
      const token = { account: firstAccount, name: 'first administrator', scopes };
      return await createToken(tx, token, { random, nowMs, who: 'first link' });
    });
    if (token === null) {
      reply.status(410);
      return sendPage(
        reply,
        'Used',
        html`<h1>This link is used up, or was never one</h1>
<p>On the relay’s machine, <code>smartbox-relay token create --scope admin</code> makes another token.</p>`,
      );
    }
    return sendPage(
      reply,
      'Your token',
      html`<header><h1>Your token</h1></header>
<p><code>${token}</code></p><p>Keep it in a password safe: it is not shown again. It opens <a href="/admin">/admin</a>,
and the API as <code>Authorization: Bearer TOKEN</code>.</p>`,
    );
  });
}
