import { exits, UsageError } from '../base/command-line/usage.ts';
import { Fault } from '../base/fault.ts';
import type { Action, Task, Verb } from './action.ts';
import { plain } from './table.ts';

/** A claim and some dashes and spaces. */
const claimMaxBytes = 1_024;

interface Enrolled {
  readonly box: string;
  readonly name: string;
  readonly here: {
    readonly named: readonly { readonly id: string; readonly key: string; readonly out: boolean }[];
    readonly more: number;
  };
}

const enroll: Action = {
  usage: 'enroll --relay URL --claim CODE|- [--plain]',
  summary: `Makes this box one of a relay's: from then on its bookings and keys come from there.
--claim -  reads the claim from stdin, so that no list of processes shows it
--plain    allows http:// and mqtt:// to another machine; the claim proves both sides all the same
Bookings made here end; keys that are out stay returnable.`,
  positionals: [0, 0],
  flags: ['relay', 'claim', 'plain'],
  async run(task) {
    const relay = required(task, 'relay');
    const given = required(task, 'claim');
    const claim = given === '-' ? await fromStdin() : given;
    const { done } = await task.ask('enroll', { args: { relay, claim, plain: task.given('plain') } });
    const enrolled = done as Enrolled;
    task.out.document(enrolled);
    task.out.say(words(enrolled));
    return exits.done;
  },
};

function required(task: Task, flag: 'relay' | 'claim'): string {
  const value = task.text(flag);
  if (value !== null) return value;
  throw new UsageError(`enroll needs --${flag}`, `usage: smartbox ${enroll.usage}`);
}

/** @throws Fault `too-large` */
async function fromStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > claimMaxBytes)
      throw new Fault('too-large', 'stdin holds more than a claim', 'Give the claim alone.');
  }
  const claim = text.trim();
  if (claim === '') throw new UsageError('stdin is empty', 'Give the claim that the administrator has.');
  return claim;
}

function words({ box, name, here }: Enrolled): string {
  const lines = [`enrolled as ${box} (${plain(name)}); smartbox status shows when its bookings are here`];
  for (const { id, key, out } of here.named) {
    const fate = out ? 'its key is out and stays returnable' : 'has ended';
    lines.push(`booking ${plain(id)} of ${plain(key)}, made here: ${fate}`);
  }
  if (here.more > 0) lines.push(`and ${here.more} more bookings made here`);
  return lines.join('\n');
}

export const verb: Verb = { actions: { '': enroll } };
