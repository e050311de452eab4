/** The state of the panel: a prompt, a list, digits being typed. The screen is derived from it (screen-now.ts). */
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { inMs } from './custody.ts';
import { type Draft, nowOf, patch, show, signal } from './draft.ts';
import type { KeypadCleared } from './input.ts';
import { type BoxState, limits, type Panel, type Prompt, type Typing } from './model.ts';

export const setPanel = (draft: Draft, panel: Panel): void => patch(draft, { panel });

/** The prompt or list that the next entry answers. */
export const promptOf = ({ panel }: Pick<BoxState, 'panel'>): Prompt | null =>
  panel.mode === 'pin' || panel.mode === 'choose' ? panel : null;

/** Lets go of a prompt or a list: by `*`, a tag, a badge (rules.md 3). */
export function leavePrompt(draft: Draft): void {
  if (promptOf(draft.state) !== null) setPanel(draft, { mode: 'idle' });
}

/** How long a prompt that begins now lives. */
export const promptEnd = (draft: Draft): MonoMs => inMs(draft, limits.promptMs);

/** A press was heard. A text that was on the display gives way to what is being typed, a prompt stays. */
export function keypadTouched(draft: Draft, length: number): void {
  signal(draft, 'key');
  if (length === 0) {
    patch(draft, { typing: null });
    return;
  }
  const { typing } = draft.state;
  const under = typing?.under ?? promptOf(draft.state)?.until ?? null;
  const until = after(nowOf(draft), millis(limits.typingMs));
  patch(draft, { typing: { length, under, covered: false, until }, shown: null });
}

/**
 * `*`, 10 s of silence, keys that nobody can date, or bytes that are no keys: what was typed is gone. But for `*` that is heard and
 * read, else the second half would pass for a whole entry.
 */
export function keypadCleared(draft: Draft, by: KeypadCleared, length: number): void {
  patch(draft, { typing: null });
  if (by === 'key') {
    signal(draft, 'key');
    leavePrompt(draft);
    return;
  }
  // What a PIN that was being compared came to is not awaited any more.
  if (by === 'stall' && draft.state.panel.mode === 'checking') setPanel(draft, { mode: 'idle' });
  if (length > 0 || by === 'stall') beginAgain(draft);
}

/** Nothing of what was typed is judged. */
export function beginAgain(draft: Draft): void {
  signal(draft, 'cleared');
  const prompt = promptOf(draft.state);
  if (prompt === null) show(draft, { text: 'begin-again' });
  else setPanel(draft, { ...prompt, again: true });
}

/** The question that a finished entry answers: the prompt, one that is there no more, or none. */
export function answers(typing: Typing | null, panel: Panel): 'prompt' | 'nothing' | 'gone-prompt' {
  const now = promptOf({ panel })?.until ?? null;
  // Of an entry that came as a whole no press was heard; and fast fingers begin a PIN before its prompt is there.
  const under = typing?.under ?? now;
  if (under === null) return 'nothing';
  return under === now ? 'prompt' : 'gone-prompt';
}
