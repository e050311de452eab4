/** One box, drawn as its cabinet: what is proven of each door, and what is only told. */
import { type Html, html } from '../../../../base/html.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { keysOfBoxes } from '../../../domain/box-doors.ts';
import { type BoxFault, faultsOfBoxes } from '../../../domain/box-health.ts';
import { type Horizon, horizonOf } from '../../../domain/box-horizon.ts';
import { type Told, toldOf } from '../../../domain/box-told.ts';
import { icon } from '../frame/icons.ts';
import { clockText, when } from '../frame/when.ts';
import { type LivePiece, livePiece } from '../live-piece.ts';
import { abilityMark, journalMark, knowsMark, linkMark } from './box-marks.ts';
import { type BoxVisit, boxPage, visitBox } from './box-shell.ts';
import { doorList } from './door-list.ts';
import { doorsOf } from './door-view.ts';

export const boxDoorsPage = boxPage('doors', at => cabinet(at));

export const boxPiece: LivePiece = {
  ...{ path: '/admin/_/boxes/:id', scope: 'boxes:read' },
  show: async (visit, request) => await cabinet(await visitBox(visit, request)),
};

async function cabinet(at: BoxVisit): Promise<Html> {
  const { visit, box, words } = at;
  const { context } = visit;
  const told = await toldOf(context, box.id);
  const faults = (await faultsOfBoxes(context, [box.id])).get(box.id) ?? [];
  const keys = (await keysOfBoxes(context, [box.id])).get(box.id) ?? [];
  const doors = doorsOf({ box, keys, told, faults });
  const whole = faults.filter(({ slot }) => slot === null);
  const horizon = await horizonOf(context, box);
  const body = html`${facts(at, { told, faults, horizon })}${whole.length === 0 ? null : html`<ul class="sheet faults">${whole.map(fault => faultItem(fault, at))}</ul>`}
${doors.length === 0 ? html`<p class="soft">${words.noDoors}</p>` : doorList(at, doors, told)}
<p class="soft legend">${icon('proven')}<span>${words.legendProven}</span> <span class="told">${words.legendTold}</span></p>`;
  const news = [`box-${box.id}`, 'bookings', 'problems'];
  return livePiece(
    {
      address: `/admin/_/boxes/${encodeURIComponent(box.id)}`,
      news,
      said: words.saidChanged(box.name),
      body,
    },
    visit,
  );
}

interface Facts {
  readonly told: Told | null;
  readonly faults: readonly BoxFault[];
  readonly horizon: Horizon;
}

/** Two ages: the last word of any kind, and since when it is proven to know everything. */
function facts({ box, words, clock }: BoxVisit, { told, faults, horizon }: Facts): Html {
  const revisions = words.revisions(box.known_rev, box.revision);
  const rows: readonly (readonly [string, Html])[] = [
    [words.link, linkMark(box, words, clock, 'long')],
    [words.heard, box.heard === null ? html`${words.neverHeard}` : when(box.heard, clock)],
    [words.knows, html`${knowsMark(box, words, clock)} <span class="soft">· ${revisions}</span>`],
    [words.horizon, horizonText(horizon, { box, words, clock })],
    [words.abilities, abilityMark(told, words, clock)],
    [
      words.journal,
      html`${journalMark(box, faults, words, 'long')} <span class="soft">${words.head} <code>${box.head.slice(0, 12)}…</code></span>`,
    ],
    [words.clock, html`${box.clock === null ? words.clockUnknown : words.clocks[clockOf(box.clock)]}`],
  ];
  return html`<section class="sheet wide"><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const levels = ['synced', 'plausible', 'behind', 'ahead'] as const;
const clockOf = (told: string): (typeof levels)[number] | 'other' =>
  levels.find(each => each === told) ?? 'other';

/** “If the line were cut now”: until when all takes are there. Returns are never refused for it (rules.md 15). */
function horizonText(
  { proven, until, missing, isMore }: Horizon,
  { words, clock }: Pick<BoxVisit, 'box' | 'words' | 'clock'>,
): Html {
  const count = isMore ? `${proven}+` : String(proven);
  if (missing === 0 && proven === 0) return html`${words.horizonNone}`;
  if (missing === 0)
    return until === null
      ? html`${words.horizonAll(count)}`
      : html`${words.horizonUntil(clockText(until, clock), count)}`;
  return html`<span class="warn">${words.horizonMissing(until === null ? '' : clockText(until, clock), count, String(missing))}</span>`;
}

const faultItem = ({ kind, device, since }: BoxFault, { visit, clock, words }: BoxVisit): Html => {
  const { title, advice } = problemFacts(kind, visit.viewer.language);
  return html`<li><span class="bad">${icon('alert')}</span><div><strong>${title}</strong>${device === null ? null : html` · <bdi>${device}</bdi>`} <span class="soft">${words.since}</span> ${when(since, clock)}<p class="soft">${advice}</p></div></li>`;
};
