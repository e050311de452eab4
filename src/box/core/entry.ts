import { admit } from './attempts.ts';
import { credential, open, refuseAs } from './credential.ts';
import { foundEmpty } from './custody.ts';
import { type Draft, patch, signal } from './draft.ts';
import type { Lookup } from './input.ts';
import { limits, type PinTried, type Prompt, type Scope } from './model.ts';
import { phone, pinEntered, wrongPin } from './pin.ts';
import { answers, beginAgain, promptOf, setPanel } from './prompt.ts';

/** `#` (rules.md 3, 11, 18, 20, 21). What it answers is decided here, and how it is looked up; the digits stay outside. */
export function entered(draft: Draft, length: number, choice: number | null): void {
  const { typing, panel } = draft.state;
  const prompt = promptOf(draft.state);
  const answered = answers(typing, panel);
  patch(draft, { typing: null });
  if (answered === 'gone-prompt') {
    // A PIN whose prompt ended while it was typed is no code that nobody has.
    setPanel(draft, { mode: 'idle' });
    beginAgain(draft);
  } else if (answered === 'prompt' && prompt?.mode === 'pin' && length <= limits.pinMaxDigits) {
    pinEntered(draft, prompt);
  } else if (answered === 'prompt' && prompt?.mode === 'choose' && choice !== null) {
    choose(draft, prompt, choice);
  } else {
    setPanel(draft, { mode: 'idle' });
    if (choice !== 0 || !foundEmpty(draft)) lookUp(draft, length, choice);
  }
}

function lookUp(draft: Draft, length: number, choice: number | null): void {
  if (choice !== null || length > limits.entryMaxDigits) {
    // Too short or too long for any credential: there is nothing to look for.
    credential(draft, [], 'code');
    return;
  }
  const scope = admit(draft);
  if (scope === null) refuseAs(draft, 'locked-out', 'code', null);
  else draft.effects.push({ type: 'look-up', scope, pin: null });
}

/** The look-up has answered what the entry names. `pin`: it was typed as a PIN and is none. */
export function lookedUp(
  draft: Draft,
  scope: Scope,
  { code, phone: number }: Lookup,
  pin: PinTried | null,
): void {
  if (code.length > 0) credential(draft, code, 'code', scope);
  else if (pin !== null) wrongPin(draft, pin, true);
  else if (number === null) credential(draft, [], 'code', scope);
  else phone(draft, { by: 'phone', fingerprint: number.fingerprint }, number.found, scope);
}

function choose(draft: Draft, prompt: Prompt & { mode: 'choose' }, choice: number): void {
  const option = prompt.options[choice - 1];
  if (option === undefined) {
    signal(draft, 'denied');
    return;
  }
  setPanel(draft, { mode: 'idle' });
  open(draft, option, prompt.by);
}
