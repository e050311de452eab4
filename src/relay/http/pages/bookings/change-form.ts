/** The form by which a booking's time is changed. It knows from which version it was filled: nobody overwrites another without seeing it. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { lastDeed } from '../../../domain/audit.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { choiceOf } from '../frame/form-fields.ts';
import { conflict } from '../frame/states.ts';
import { clockText, spanText } from '../frame/when.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { bookingWords } from './booking-words.ts';
import { deedWords } from './deed-texts.ts';
import { tellDriver } from './tell-driver.ts';
import { wayGiven, ways } from './who-fields.ts';
import { isWrong, windowFields, windowGiven } from './window-fields.ts';

/** `changed`: somebody else was faster. */
export type ChangeAnswer = { readonly problems: FormProblems } | 'changed';

export async function changeForm(
  visit: Visit,
  request: FastifyRequest,
  booking: BookingView,
  answer: ChangeAnswer | null,
): Promise<Html> {
  const { language, scopes } = visit.viewer;
  const [words, deeds] = [bookingWords(language), deedWords(language)];
  const problems = answer === null || answer === 'changed' ? null : answer.problems;
  const failed = problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const sent = answer === null ? null : (name: string): string => fieldOf(request, name);
  const by = (['', ...ways] as const).map(way => [way, deeds.by[way]] as const);
  const told = booking.origin === 'api' && booking.driver !== null && scopes.has('messages:write');
  const both = answer === 'changed' ? await versions(visit, request, booking) : null;
  return html`${both}<form method="post" action="${bookingPath(booking.id)}" class="sheet" id="change"><h2>${words.change}</h2>${failed}
<input type="hidden" name="updated" value="${new Date(booking.updated).toISOString()}">${windowFields(visit, booking, sent, problems)}
${told ? choiceOf('by', deeds.told, by, fieldOf(request, 'by')) : null}<p class="soft">${words.changeHint}</p>
<p class="buttons"><button type="submit" class="main">${words.save}</button></p></form>`;
}

async function versions(visit: Visit, request: FastifyRequest, booking: BookingView): Promise<Html> {
  const { clock, context, texts, viewer } = visit;
  const words = deedWords(viewer.language);
  const deed = viewer.scopes.has('audit:read') ? await lastDeed(context, booking.id) : null;
  const given = windowGiven(visit, name => fieldOf(request, name));
  const often = (isOften: boolean): string => (isOften ? words.versions.often : words.versions.once);
  const yours = isWrong(given)
    ? ''
    : `${spanText(Date.parse(given.start), given.end === null ? null : Date.parse(given.end), clock)}, ${often(given.reuse)}`;
  return conflict(
    {
      who: deed?.name ?? deed?.who ?? words.versions.somebody,
      when: clockText(booking.updated, clock),
      theirs: html`<p><bdi>${booking.key.name}</bdi>, ${spanText(booking.start, booking.end, clock)}, ${often(booking.reuse)}</p>`,
      yours: html`<p>${yours}</p>`,
    },
    texts,
  );
}

/** Null: it is done. */
export async function changeBooking(
  visit: Visit,
  request: FastifyRequest,
  booking: BookingView,
  deps: DeedDeps,
): Promise<ChangeAnswer | null> {
  const window = windowGiven(visit, name => fieldOf(request, name));
  if (isWrong(window)) return { problems: window };
  const updated = fieldOf(request, 'updated');
  const body = { ...window, ...(updated === '' ? {} : { updated }) };
  const id = paramOf(request, 'id');
  try {
    await doRoute('changeBooking', visit.caller, { params: { id }, body }, deps);
  } catch (error) {
    return codeOf(error) === 'changed-since'
      ? 'changed'
      : { problems: problemsOf(error, visit.viewer.language) };
  }
  const isOwn = booking.origin === 'api' && booking.driver !== null;
  if (isOwn) await tellDriver(visit, { booking: id, kind: 'moved', by: wayGiven(request) }, deps);
  return null;
}
