import { type Html, html, htmlPage } from '../../src/base/html.ts';
import { type Checklist, type Step, steps } from './checklist.ts';
import { codeIn, type Mail } from './mailbox.ts';

interface Places {
  readonly fleetio: string;
  readonly cabinet: string;
  /** The link of the first start until somebody has used it, then the way to sign in. */
  readonly admin: string;
  readonly isFirst: boolean;
}

const words: Readonly<Record<Step, readonly [what: string, how: string]>> = {
  assign: [
    'Assign a vehicle',
    'In Fleetio, to a driver who has a mail address, with an end some hours from now.',
  ],
  mail: ['Read the mail', 'The driver is told a code, once the box has proven that it has it.'],
  code: ['Type the code', 'On the drawn keypad, with # at the end. A door unlocks.'],
  key: ['Pull the key', 'Open the door, pull the key, shut the door.'],
  network: [
    'Cut the network and bring it back',
    'Cut it, hold the key to the reader, hang it back and shut the door: the box needs nobody. Then bring the network back.',
  ],
  late: [
    'See it arrive late',
    'Beside the cabinet stands what the relay believes: it catches up, and says how late.',
  ],
  journal: ['Verify the journal', 'Every event is chained to the one before, and the box signs them.'],
};

const page = (title: string, body: Html): string =>
  htmlPage(
    'en',
    html`<meta name="viewport" content="width=device-width"><title>${title}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/start.css"><script src="/start.js" defer></script>`,
    html`<main>${body}</main>`,
  );

export function startPage(list: Checklist, places: Places, verified: string | null): string {
  const done = steps.filter(step => list.isDone(step)).length;
  const links: Readonly<Record<Step, Html>> = {
    assign: html`<a href="${places.fleetio}">Fleetio</a>`,
    mail: html`<a href="/mail">Mailbox</a>`,
    code: html`<a href="${places.cabinet}">Cabinet</a>`,
    key: html`<a href="${places.cabinet}">Cabinet</a>`,
    network: html`<a href="${places.cabinet}">Cabinet</a>`,
    late: html`<a href="${places.cabinet}">Cabinet</a>`,
    journal: html`<form method="post" action="/verify"><button type="submit">Verify the journal</button></form> <a href="/journal.jsonl" download>Download it</a>`,
  };
  const items = steps.map(step => {
    const [what, how] = words[step];
    const isDone = list.isDone(step);
    return html`<li class="${isDone ? 'done' : 'open'}"><p><b>${what}</b> – ${isDone ? 'done' : 'to do'}</p><p>${how}</p><div class="way">${links[step]}</div></li>`;
  });
  const said = verified === null ? null : html`<pre>${verified}</pre>`;
  const admin = places.isFirst
    ? html`<a href="${places.admin}">Administration</a>: the link of the first start. Choose a name and a password, and you are signed in.`
    : html`<a href="${places.admin}">Administration</a>: sign in with the mail address and password that you chose.`;
  return page(
    'SmartBox demo',
    html`<h1>SmartBox demo</h1><p>A relay, a box with four doors and a sandbox that plays Fleetio run on this machine. The list ticks itself by what happens.</p>
<section aria-labelledby="list-name"><h2 id="list-name">A first round</h2><div id="live"><p role="status"><b>${done} of ${steps.length} done</b></p><ol class="steps">${items}</ol>${said}</div></section>
<section aria-labelledby="places-name"><h2 id="places-name">Four places</h2><ul class="places">
<li>${admin}</li>
<li><a href="${places.fleetio}">Fleetio</a>: a sandbox; vehicles are assigned there.</li>
<li><a href="/mail">Mailbox</a>: whatever the relay sends, for everybody.</li>
<li><a href="${places.cabinet}">Cabinet</a>: the box, drawn.</li></ul></section>
<noscript><p><a href="/">Look again</a></p></noscript>`,
  );
}

const back = html`<p><a href="/">Back to the list</a></p>`;

export function mailboxPage(mails: readonly Mail[]): string {
  const items = mails
    .toReversed()
    .map(
      ({ number, to, subject }) =>
        html`<li><a href="/mail/${number}">${subject}</a> <small>to ${to}</small></li>`,
    );
  const list =
    items.length === 0
      ? html`<p>No mail yet: assign a vehicle in Fleetio.</p>`
      : html`<ul class="places">${items}</ul>`;
  return page(
    'Mailbox',
    html`${back}<h1>Mailbox</h1><section aria-label="Mails" id="live">${list}</section>`,
  );
}

export function mailPage(mail: Mail): string {
  const parts = mail.text
    .split(/(https?:\/\/[^\s<>]+)/)
    .map((part, at) => (at % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
  const hint = codeIn(mail) === null ? null : html`<p>Type this code on the keypad of the cabinet.</p>`;
  return page(
    mail.subject,
    html`<p><a href="/mail">All mail</a></p><h1>${mail.subject}</h1><section aria-label="Mail"><p>To: ${mail.to}</p><pre>${parts}</pre>${hint}</section>`,
  );
}
