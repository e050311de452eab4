/** A lost password: the same answer, as soon, whether somebody has the address or not. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { peopleWithAddress } from '../../domain/account-people.ts';
import { linkFor } from '../api/routes/people.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { field, fieldOf, mustBeOwn, sendPage, sendTooMany } from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { addressOf } from './sign-in.ts';
import { languageAsked, pageWords } from './texts/languages.ts';

const ofAddress = { burst: 5, perMinute: 1 };
/** Nobody is sent more mails than these, whoever asks. */
const ofPerson = { burst: 3, perMinute: 0.05 };
const countedMax = 10_000;

export function lostPasswordPages(app: FastifyInstance, deps: PageDeps): void {
  const nowMs = (): number => Number(deps.time.mono());
  const addresses = new Limits(ofAddress, countedMax, nowMs);
  const people = new Limits(ofPerson, countedMax, nowMs);
  app.get('/admin/lost', (request, reply) => sendForm(request, reply, deps));
  app.post('/admin/lost', (request, reply) => {
    mustBeOwn(request);
    const waitMs = addresses.take(requestOrigin(request));
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const mail = addressOf(fieldOf(request, 'email'));
    // Nobody waits for it: how long it takes would say whether there is such a person.
    if (deps.links.mail !== null && people.take(mail) === 0) sendLinks(deps, mail).catch(() => {});
    const language = languageAsked(request);
    const { lost, signIn } = pageWords[language];
    const said = deps.links.mail === null ? lost.noMail : lost.doneHint;
    const body = html`<p>${said}</p><p><a href="/admin/sign-in">${signIn.title}</a></p>`;
    return sendPage(reply, lost.done, body, language);
  });
}

/** One in each account that knows the address. */
async function sendLinks(deps: PageDeps, mail: string): Promise<void> {
  for (const person of await peopleWithAddress(deps.store.db, mail)) {
    const { account, id: who } = person;
    await inAccount(deps, { account, who }, context => linkFor(context, person, deps.links));
  }
  deps.links.mail?.nudge();
}

function sendForm(request: FastifyRequest, reply: FastifyReply, { links }: PageDeps): FastifyReply {
  const language = languageAsked(request);
  const { email, lost } = pageWords[language];
  const form: Html = html`<p>${lost.intro}</p><form method="post">
${field(email, html`<input type="email" name="email" autocomplete="username" required>`)}
<button type="submit">${lost.button}</button></form>`;
  const body = html`${links.mail === null ? html`<p>${lost.noMail}</p>` : form}`;
  return sendPage(reply, lost.title, body, language);
}
