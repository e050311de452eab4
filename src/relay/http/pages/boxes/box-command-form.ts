/** Asks a box for something from afar: what will happen, and why it is asked. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { instantOfLocal } from '../../../../base/local-time.ts';
import { slotsOf } from '../../../domain/boxes.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf, type SaidWrong } from '../form-problems.ts';
import { field, select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import { boxPath } from './box-paths.ts';
import { type BoxVisit, boxShown, visitBox } from './box-shell.ts';

const path = '/admin/boxes/:id/commands';

const verbs = ['open', 'lockdown', 'lift', 'restore', 'resync'] as const;
type Verb = (typeof verbs)[number];

/** As it was filled in; at first, as the link to the form says. */
interface Filled {
  readonly verb: Verb;
  readonly slot: string;
  readonly why: string;
  readonly until: string;
  readonly validS: string;
}

const verbOf = (text: string | undefined): Verb => verbs.find(each => each === text) ?? 'open';

export const commandFormPage: FramedPage = {
  ...{ path: `${path}/new`, here: 'boxes', scope: 'commands:write' },
  title: ({ menu }) => menu.boxes,
  show: async (visit, request) => {
    const [verb, slot] = [verbOf(queryOf(request, 'verb')), queryOf(request, 'slot') ?? ''];
    const filled = { verb, slot, why: '', until: '', validS: '60' };
    return form(await visitBox(visit, request), filled, null);
  },
};

export const commandDeed = (deps: DeedDeps): FramedDeed => ({
  ...{ path, here: 'boxes', scope: 'commands:write' },
  title: ({ menu }) => menu.boxes,
  act: async (visit, request) => {
    const at = await visitBox(visit, request);
    const filled = filledIn(request);
    try {
      const body = orderOf(filled, at);
      await doRoute(
        'commandBox',
        visit.caller,
        { params: { id: at.box.id }, body, once: onceOf(request) },
        deps,
      );
      return boxPath(at.box.id, 'commands');
    } catch (error) {
      return form(at, filled, problemsOf(error, visit.viewer.language));
    }
  },
});

function filledIn(request: FastifyRequest): Filled {
  const [slot = '', why = '', until = '', validS = ''] = ['slot', 'why', 'until', 'validS'].map(name =>
    fieldOf(request, name).trim(),
  );
  return { verb: verbOf(fieldOf(request, 'verb')), slot, why, until, validS };
}

function orderOf({ verb, slot, why, until, validS }: Filled, { clock }: BoxVisit): object {
  const head = { why, ...(validS === '' ? {} : { validS: Number(validS) }) };
  switch (verb) {
    case 'open':
    case 'restore':
      return { verb, ...head, slot: Number(slot) };
    case 'lockdown':
      return { verb, ...head, on: true, until: untilOf(until, clock) };
    case 'lift':
      return { verb: 'lockdown', ...head, on: false };
    case 'resync':
      return { verb, ...head };
  }
}

/** By the clock of the place; what cannot be read the route refuses. */
function untilOf(text: string, { zone }: BoxVisit['clock']): string | null {
  const at = instantOfLocal(text, zone);
  if (text === '') return null;
  return at === null ? text : new Date(at).toISOString();
}

function form(at: BoxVisit, filled: Filled, problems: FormProblems | null): Shown {
  const { words, box, visit } = at;
  const { verb, why, until, validS } = filled;
  const said = problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const isSilent = box.link !== 'up';
  const lives = [60, 300, 600].map(s => [String(s), words.minutes(s / 60)] as const);
  const body = html`<form method="post" action="${boxPath(box.id, 'commands')}" class="sheet"><h2>${words.asks[verb]}</h2>${said}
<input type="hidden" name="verb" value="${verb}">${onceField(visit)}<ul>${words.happens[verb].map(each => html`<li>${each}</li>`)}</ul>
${isSilent ? html`<p class="warn">${words.silentNow}</p>` : null}
${verb === 'open' || verb === 'restore' ? slotField(at, filled, problems) : null}
${verb === 'lockdown' ? field({ name: 'until', label: words.until, hint: words.untilHint, type: 'datetime-local', value: until, ...problemAt(problems, 'until') }) : null}
${field({ name: 'why', label: words.why, hint: words.whyHint, value: why, isRequired: true, maxLength: 200, ...problemAt(problems, 'why') })}
${select('validS', words.validFor, lives, validS)}
<p class="buttons"><button type="submit" class="${verb === 'lift' || verb === 'resync' ? 'main' : 'danger'}">${words.asks[verb]}</button> <a class="button" href="${boxPath(box.id, 'commands')}">${visit.texts.states.back}</a></p></form>`;
  return boxShown(at, 'commands', body);
}

const problemAt = (problems: FormProblems | null, name: string): { problem?: SaidWrong } => {
  const said = problems?.fields[name];
  return said === undefined ? {} : { problem: said };
};

function slotField({ words, box }: BoxVisit, { slot }: Filled, problems: FormProblems | null): Html {
  const slots = slotsOf(box);
  if (slots === null)
    return field({
      name: 'slot',
      label: words.whichDoor,
      value: slot,
      isRequired: true,
      maxLength: 3,
      ...problemAt(problems, 'slot'),
    });
  return select(
    'slot',
    words.whichDoor,
    slots.map(each => [String(each), words.door(each)] as const),
    slot,
  );
}
