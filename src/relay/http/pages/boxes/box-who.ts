/** Who can open a box: the set that it holds, as its signed receipt proves. */
import { type Html, html } from '../../../../base/html.ts';
import {
  boxHoldings,
  type Held,
  type HeldBooking,
  type HeldDriver,
  type Proof,
} from '../../../domain/box-holdings.ts';
import { table } from '../frame/table.ts';
import { clockText, when } from '../frame/when.ts';
import { mark } from './box-marks.ts';
import { type BoxVisit, boxPage } from './box-shell.ts';

/** Of bookings and of people; the API has all of them. */
const rowsMost = 300;

export const boxWhoPage = boxPage('who', async at => {
  const { visit, box, words } = at;
  const { proof, bookings, drivers, isMore } = await boxHoldings(visit.context, box.id, rowsMost);
  const none = html`<p class="soft">${words.holdsNone}</p>`;
  return html`<p class="soft">${words.whoWhy}</p>${proofSheet(at, proof)}
${isMore ? html`<p class="soft">${words.holdsMore(String(rowsMost))}</p>` : null}
<h2>${words.heldBookings}</h2>${bookings.length === 0 ? none : bookingTable(at, bookings)}
<h2>${words.heldDrivers}</h2>${drivers.length === 0 ? none : driverTable(at, drivers)}`;
});

function proofSheet({ words, clock }: BoxVisit, proof: Proof): Html {
  const { revision, known, at, count, digest, signed, isEqual } = proof;
  const said = isEqual
    ? mark('proven', 'ok', words.digestEqual)
    : signed === null
      ? mark('unsure', 'quiet', words.digestNone)
      : mark('clock', 'warn', words.digestOther);
  return html`<section class="sheet wide">${said}<dl><dt>${words.setOf}</dt><dd>${words.records(count)}, ${words.revisions(known, revision)}${at === null ? null : html` ${when(at, clock)}`}</dd>
<dt>${words.digestHere}</dt><dd><code>${digest}</code></dd><dt>${words.digestThere}</dt><dd><code>${signed ?? '–'}</code></dd></dl></section>`;
}

const heldMark = ({ words }: BoxVisit, held: Held): Html => {
  if (held === 'held') return mark('proven', 'ok', words.held.held);
  return html`<span class="told">${words.held[held]}</span>`;
};

const bookingTable = (at: BoxVisit, rows: readonly HeldBooking[]): Html => {
  const { words, clock } = at;
  return table<HeldBooking>({
    caption: words.heldBookings,
    columns: [
      { label: words.key, cell: row => html`<a href="/admin/bookings/${row.id}"><bdi>${row.key}</bdi></a>` },
      { label: words.driver, cell: ({ driver }) => html`<bdi>${driver ?? words.nobody}</bdi>` },
      {
        label: words.window,
        cell: ({ start, end }) =>
          `${clockText(start, clock)} – ${end === null ? words.noEnd : clockText(end, clock)}`,
      },
      { label: words.opensBy, cell: ({ byCode }) => (byCode ? words.byCode : words.byWhatTheyHave) },
      { label: words.atBox, cell: ({ held }) => heldMark(at, held) },
    ],
    rows,
  });
};

const driverTable = (at: BoxVisit, rows: readonly HeldDriver[]): Html => {
  const { words } = at;
  return table<HeldDriver>({
    caption: words.heldDrivers,
    columns: [
      {
        label: words.driver,
        cell: row => html`<a href="/admin/drivers/${row.id}"><bdi>${row.name}</bdi></a>`,
      },
      { label: words.phone, cell: ({ phone }) => phone ?? words.no },
      { label: words.badge, cell: ({ badge }) => badge ?? words.no },
      { label: words.pin, cell: ({ hasPin }) => (hasPin ? words.yes : words.no) },
      { label: words.atBox, cell: ({ held }) => heldMark(at, held) },
    ],
    rows,
  });
};
