/** From a fault at a real box to what an administrator sees: Problem, box, page, mail; and back again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormBrowser } from '../../../scripts/rig/form-browser.ts';
import { until } from '../../../scripts/rig/until.ts';
import { serverWith } from '../messages/smtp-server.ts';
import { problemsOf, slow, stage, Watch } from './fault-watch.ts';
import { becomes, booked, codeOf, type Whole } from './stage.ts';

const toldDoor = async ({ relay, token, id }: Whole, slot: number): Promise<string | undefined> => {
  const { body } = await relay.ask('GET', `/api/v1/boxes/${id}`, { token });
  const { told } = body as {
    readonly told: { readonly slots: readonly { readonly slot: number; readonly door: string }[] } | null;
  };
  return told?.slots.find(each => each.slot === slot)?.door;
};

/** Gives the text of a box's page, as it shows itself to whoever has logged in. */
async function adminPage({ relay, token, id }: Whole): Promise<string> {
  const browser = new FormBrowser(relay);
  await browser.post('/admin/login', { token });
  return (await browser.get(`/admin/boxes/${id}`)).text.replaceAll(/<[^>]*>/g, '');
}

/** The relay stands still, as one does that cannot be reached: what came and went meanwhile arrives together. */
async function unheard({ relay, box, token }: Whole, watch: Watch): Promise<void> {
  relay.relay.child.kill('SIGSTOP');
  for (const slot of [1, 2]) {
    box.lines.door(slot, 'open');
    await box.sees('door-forced', slot);
  }
  box.lines.door(1, 'shut');
  await box.sees('door-shut', 1);
  relay.relay.child.kill('SIGCONT');
  await watch.begins('door-forced', '/slot/2');
  const forced = (await problemsOf(relay, token)).filter(({ kind }) => kind === 'door-forced');
  assert.deepEqual(
    forced.map(({ subject }) => subject.split('/').at(-1)),
    ['2'],
  );
  box.lines.door(2, 'shut');
  await watch.ends('door-forced');
}

async function keyMissing({ box }: Whole, watch: Watch): Promise<void> {
  box.lines.key(2, 'out');
  await watch.begins('key-missing', '/key/slot-2');
  await watch.begins('sensor-suspect', '/slot/2');
  box.lines.key(2, 'in');
  await watch.ends('key-missing');
  await box.must(['maintenance', 'off', '2', '--why', 'looked at']);
  await watch.ends('sensor-suspect');
}

async function lockJammed(whole: Whole, watch: Watch): Promise<void> {
  const { box } = whole;
  const booking = await booked(whole, 3);
  await becomes(whole, booking, 'on-box');
  const code = await codeOf(whole, booking);
  for (let n = 0; n < 3; n += 1) {
    box.type(`${code}#`);
    await box.sees('pulsed', 3);
    await box.sees('not-opened', 3);
  }
  await watch.begins('jammed', '/slot/3');
  await box.must(['open', '3', '--why', 'the bolt was cleared']);
  await box.sees('pulsed', 3);
  box.lines.door(3, 'open');
  await watch.ends('jammed');
  box.lines.door(3, 'shut');
}

test('what is wrong at a box is seen by its administrators, and ends with its counterpart', async t => {
  const smtp = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(smtp.close);
  const mail = { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' };
  const whole = await stage(t, { mail });
  const { relay, box, token } = whole;
  const watch = new Watch(whole);

  box.lines.door(1, 'open');
  await watch.begins('door-forced', '/slot/1');
  await until('the open door as told', async () => (await toldDoor(whole, 1)) === 'open', slow);
  assert.match(await adminPage(whole), /Told: door open.*A door was opened without a grant/s);
  box.lines.door(1, 'shut');
  await watch.ends('door-forced');

  await box.replugKeypad(() => watch.begins('reader-lost', '/device/keypad'));
  await watch.ends('reader-lost');

  box.lines.set('alarm', 2, 0);
  await watch.begins('power-low');
  box.lines.set('alarm', 2, 1);
  await watch.ends('power-low');

  box.lines.set('alarm', 1, 0);
  const { id: tamper } = await watch.begins('tamper');
  box.lines.set('alarm', 1, 1);
  const done = await relay.ask('POST', `/api/v1/problems/${tamper}/acknowledge`, { token });
  assert.equal(done.status, 200, done.text);
  await watch.ends('tamper');

  await keyMissing(whole, watch);
  await lockJammed(whole, watch);
  await unheard(whole, watch);

  await box.stop('SIGKILL');
  await box.start();
  await watch.begins('box-restarted');

  await until('the mail', async () => smtp.got.length > 0, slow);
  assert.deepEqual(smtp.got[0]?.to, ['boss@example.org']);
  assert.match(smtp.got[0]?.text ?? '', /Subject: SmartBox:/);
  assert.ok(smtp.got.length <= 3, `${smtp.got.length} mails`);
  const past = (await problemsOf(relay, token, false)).map(({ kind }) => kind);
  for (const kind of ['door-forced', 'reader-lost', 'power-low', 'tamper', 'jammed'])
    assert.ok(past.includes(kind), `${kind} stays in the list of what was`);
});
