/** How a computer becomes this box, and how it stops being it. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { openClaimOf } from '../../../domain/open-claim.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { problemsOf, type SaidWrong } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { well } from '../frame/states.ts';
import { when } from '../frame/when.ts';
import type { FramedDeed, FramedPage } from '../framed.ts';
import { type LivePiece, livePiece } from '../live-piece.ts';
import { mark } from './box-marks.ts';
import { boxPath } from './box-paths.ts';
import { qrCode } from './box-qr.ts';
import { type BoxVisit, boxPage, boxShown, pathOf, visitBox } from './box-shell.ts';

interface EnrolDeps extends DeedDeps {
  readonly httpUrl: string;
}

const path = pathOf('enrol');

export const boxEnrolPage = (deps: EnrolDeps): FramedPage =>
  boxPage('enrol', at => enrolling(at, deps, null));

/** The page turns by itself when the box calls. */
export const boxEnrolPiece = (deps: EnrolDeps): LivePiece => ({
  ...{ path: '/admin/_/boxes/:id/enrol', scope: 'boxes:read' },
  show: async (visit, request: FastifyRequest) => await enrolling(await visitBox(visit, request), deps, null),
});

async function enrolling(at: BoxVisit, { httpUrl }: EnrolDeps, problem: SaidWrong | null): Promise<Html> {
  const { box, words, visit } = at;
  const mayWrite = visit.viewer.scopes.has('boxes:write');
  const claim = mayWrite ? await openClaimOf(visit.context, box.id) : null;
  const said = problem === null ? null : html`<p class="bad" role="alert">${problem}</p>`;
  const body = html`${said}${standing(at)}${claim === null ? null : claimSheet(at, claim, httpUrl)}${mayWrite ? deeds(at, claim !== null) : null}`;
  const address = `/admin/_/boxes/${encodeURIComponent(box.id)}/enrol`;
  const saidNew = box.enrolled === null ? '' : words.enrolled(box.name);
  return livePiece({ address, news: [`box-${box.id}`], said: saidNew, body }, visit);
}

function standing({ box, words, clock }: BoxVisit): Html {
  if (box.enrolled === null)
    return html`<section class="sheet">${mark('clock', 'quiet', words.notEnrolled)}<p class="soft">${words.notEnrolledWhy}</p></section>`;
  const heard = box.heard === null ? null : html` ${words.calledAt} ${when(box.heard, clock)}.`;
  return well(words.enrolled(box.name), html`${words.since} ${when(box.enrolled, clock)}.${heard}`);
}

interface Claim {
  readonly claim: string;
  readonly expires: number;
}

/** The command stands under the picture: a technician has a keyboard more often than a camera. */
function claimSheet({ words, clock }: BoxVisit, { claim, expires }: Claim, httpUrl: string): Html {
  const command = `smartbox enroll --relay ${httpUrl} --claim ${claim}`;
  return html`<section class="sheet"><h2>${words.claimTitle}</h2><p>${words.claimHow}</p><pre>${command}</pre>
${qrCode(command, words.claimQr)}<p><strong>${words.claimEnds}</strong> ${when(expires, clock)}</p><p class="soft">${words.claimWaits}</p></section>`;
}

/** A box that is well is retired first: whoever enrols in its place is given every code of it. */
function deeds({ box, words }: BoxVisit, hasClaim: boolean): Html {
  const isServing = box.enrolled !== null && box.link === 'up';
  const claimForm = html`<form method="post" action="${boxPath(box.id, 'enrol')}" class="sheet"><h2>${words.newClaim}</h2><p class="soft">${hasClaim ? words.newClaimVoids : words.newClaimWhy}</p><p class="buttons"><button type="submit" class="${hasClaim ? '' : 'main'}">${words.makeClaim}</button></p></form>`;
  const retireLink = html`<section class="sheet"><h2>${words.retireTitle}</h2><p class="soft">${words.retireWhen}</p><p class="buttons"><a class="button danger" href="${boxPath(box.id, 'retire')}">${words.retireLink}</a></p></section>`;
  return html`${isServing ? null : claimForm}${box.enrolled === null ? null : retireLink}`;
}

export const retirePage: FramedPage = {
  ...{ path: '/admin/boxes/:id/retire', here: 'boxes', scope: 'boxes:write' },
  title: ({ menu }) => menu.boxes,
  show: async (visit, request) => {
    const at = await visitBox(visit, request);
    const { words, box } = at;
    const asked = {
      ...{ happens: words.retireHappens, whom: [box.name], asksWhy: true, isDangerous: true },
      ...{ action: boxPath(box.id, 'retire'), button: words.retireButton, back: boxPath(box.id, 'enrol') },
    };
    return boxShown(at, 'enrol', confirmation(asked, visit.texts));
  },
};

export const enrolDeeds = (deps: EnrolDeps): readonly FramedDeed[] => [
  {
    ...{ path, here: 'boxes', scope: 'boxes:write' },
    title: ({ menu }) => menu.boxes,
    act: async (visit, request) => await done(visit, request, 'claimBox', {}, deps),
  },
  {
    ...{ path: '/admin/boxes/:id/retire', here: 'boxes', scope: 'boxes:write' },
    title: ({ menu }) => menu.boxes,
    act: async (visit, request) =>
      await done(visit, request, 'retireBox', { why: fieldOf(request, 'why').trim() }, deps),
  },
];

async function done(
  visit: BoxVisit['visit'],
  request: FastifyRequest,
  name: 'claimBox' | 'retireBox',
  body: object,
  deps: EnrolDeps,
): ReturnType<FramedDeed['act']> {
  const at = await visitBox(visit, request);
  try {
    await doRoute(
      name,
      visit.caller,
      { params: { id: at.box.id }, ...(name === 'retireBox' ? { body } : {}) },
      deps,
    );
    return boxPath(at.box.id, 'enrol');
  } catch (error) {
    const { whole } = problemsOf(error, visit.viewer.language);
    return boxShown(at, 'enrol', await enrolling(at, deps, whole));
  }
}
