/** The page of the sandbox: assign, change and delete by hand, and see the three fields. Plain HTML, no script. */
import { escapeHtml } from '../base/html.ts';
import type { Answer } from './answer.ts';
import type { Office } from './routes.ts';
import { Rejected } from './world.ts';

const html = (text: string | number): string => escapeHtml(String(text));

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2733}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid #d9dfe5;vertical-align:top}th{font-weight:600}
form.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}label{display:flex;flex-direction:column;font-size:.85rem}
select,input,button{font:inherit;padding:.3rem .4rem}button{cursor:pointer}.said{background:#fff4d6;padding:.5rem .75rem}
.fields{white-space:pre-wrap;font-size:.85rem}small{color:#5b6875}`;

/** `2026-03-02T08:00` in UTC. */
const local = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 16));

export function page(office: Office, said: string): Answer {
  const { world, hooks, switches } = office;
  const vehicles = [...world.vehicles.values()].map(({ id, name }) => [id, name] as const);
  const contacts = [...world.contacts.values()].map(
    each => [each.id, `${each.firstName} ${each.lastName}`] as const,
  );
  const rows = [...world.assignments.values()].map(each => row(office, each.id)).join('');
  const hookRows = [...hooks.webhooks.values()].map(
    each =>
      `<li>${html(each.url)} — ${each.enabled ? 'enabled' : `disabled: ${html(each.disabledReason ?? 'by hand')}`}</li>`,
  );
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fleetio sandbox</title><style>${style}</style><h1>Fleetio sandbox <small>· ${html(world.tenant.name)}, nothing here is real</small></h1>
${said === '' ? '' : `<p class="said">${html(said)}</p>`}
<h2>Assign a vehicle</h2><form class="row" method="post"><input type="hidden" name="do" value="assign">
${choice('vehicle', 'Vehicle', vehicles)}${choice('contact', 'Driver', contacts)}
<label>From (UTC)<input type="datetime-local" name="start" value="${local(office.now())}"></label>
<label>Until (UTC)<input type="datetime-local" name="end"></label><button>Assign</button></form>
<h2>Assignments</h2><table><tr><th>Vehicle<th>Driver<th>From – until (UTC)<th>Custom fields<th></tr>${rows}</table>
<h2>Custom fields</h2><p>${world.fields.map(each => html(each.label)).join(', ') || 'none yet'}</p>
<h2>Webhooks</h2><ul>${hookRows.join('') || '<li>none yet</li>'}</ul>
<h2>Credentials</h2><p>API key <code>${html(world.tenant.apiKey)}</code>, account token <code>${html(world.tenant.token)}</code>
<br><small>Switches: <code>GET</code> and <code>PATCH /switches</code>; lists are ${html(switches.lists)} now.</small></p></html>`;
  return { status: said === '' ? 200 : 422, body };
}

const choice = (
  name: string,
  label: string,
  options: readonly (readonly [number, string])[],
  now = 0,
): string =>
  `<label>${label}<select name="${name}">${options
    .map(([id, text]) => `<option value="${id}"${id === now ? ' selected' : ''}>${html(text)}</option>`)
    .join('')}</select></label>`;

function row({ world }: Office, id: number): string {
  const each = world.assignments.get(id);
  if (each === undefined) return '';
  const person = world.contacts.get(each.contact);
  const contacts = [...world.contacts.values()].map(
    one => [one.id, `${one.firstName} ${one.lastName}`] as const,
  );
  const fields = Object.entries(each.fields).map(([key, value]) => `${html(key)}: ${html(value ?? '')}`);
  const change = `<form class="row" method="post"><input type="hidden" name="id" value="${id}">${choice('contact', 'Driver', contacts, each.contact)}
<label>Until (UTC)<input type="datetime-local" name="end" value="${local(each.endedAt)}"></label>
<button name="do" value="change">Change</button><button name="do" value="delete">Delete</button></form>`;
  return `<tr><td>${html(world.vehicles.get(each.vehicle)?.name ?? each.vehicle)}<td>${html(person?.firstName ?? '')} ${html(person?.lastName ?? '')}
<td>${local(each.startedAt)} – ${local(each.endedAt)}<td class="fields">${fields.join('\n')}<td>${change}</tr>`;
}

/** A form of the page was sent. */
export function pageAction(office: Office, text: string): Answer {
  const form = new URLSearchParams(text);
  const instant = (name: string): number | null => {
    const given = form.get(name) ?? '';
    // `:00Z` alone would be a date to V8.
    const at = given === '' ? Number.NaN : Date.parse(`${given}:00Z`);
    return Number.isNaN(at) ? null : at;
  };
  const id = Number(form.get('id'));
  const contact = Number(form.get('contact'));
  const { world } = office;
  try {
    if (form.get('do') === 'assign') {
      const window = { startedAt: instant('start'), endedAt: instant('end') };
      world.assign({ vehicle: Number(form.get('vehicle')), contact, ...window });
    } else if (form.get('do') === 'change') world.change(id, { contact, endedAt: instant('end') });
    else if (form.get('do') === 'delete') world.remove(id);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const words = Object.entries(error.errors).map(([name, said]) => `${name} ${said.join(', ')}`);
    return page(office, words.join('; '));
  }
  return { status: 303, headers: { location: '/' } };
}
