/** The mail that a message is, as an answer of its own: the page of its words shows it in a frame in which nothing runs. */
import type { FastifyInstance } from 'fastify';
import { Fault } from '../../../../base/fault.ts';
import { problemOf } from '../../api/api-error.ts';
import { mailPolicy } from '../../headers.ts';
import { doRoute } from '../deed.ts';
import type { PageDeps } from '../page-deps.ts';
import { visitOf } from '../visit.ts';

export const mailFramePath = (kind: string, language: string): string =>
  `/admin/_/settings/messages/${kind}/${language}/mail`;

interface Preview {
  readonly mail: { readonly html: string };
}

export function mailFrame(app: FastifyInstance, deps: PageDeps): void {
  app.get(mailFramePath(':kind', ':language'), async (request, reply) => {
    const visit = await visitOf(request, deps);
    if (visit === null) return reply.status(401).send();
    try {
      const params = request.params as object;
      const { mail } = (await doRoute('previewTemplate', visit.caller, { params }, deps)) as Preview;
      return reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': mailPolicy, 'x-frame-options': 'SAMEORIGIN' })
        .send(mail.html);
    } catch (error) {
      const status = error instanceof Fault ? problemOf(error)?.status : undefined;
      if (status === undefined) throw error;
      return reply.status(status).send();
    }
  });
}
