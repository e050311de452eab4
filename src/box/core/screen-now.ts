import { trusted } from './clock.ts';
import { outOfService } from './decide.ts';
import type { BoxState, Prompt, Typing } from './model.ts';
import { promptOf } from './prompt.ts';
import type { Screen } from './screen.ts';

/**
 * The screen of the display: a prompt, as long as the next entry answers it; what is being typed; the last thing said; or, at
 * rest, what the next driver should know first. It is derived from the state by which entries are judged, so that nobody
 * reads a refusal while the box still waits for a PIN.
 */
export function screenNow(state: BoxState): Screen {
  const { panel, shown, typing } = state;
  const prompt = promptOf(state);
  if (prompt !== null) return typing?.under === prompt.until ? typed(typing, prompt) : asked(prompt);
  if (typing?.covered === false) return typed(typing, null);
  if (panel.mode === 'checking') return { text: 'checking' };
  if (shown !== null) return shown.screen;
  const held = state.slots.find(slot => slot.heldReported);
  if (held !== undefined) return { text: 'close-door', slot: held.id };
  if (!trusted(state.clock.level)) return { text: 'denied', reason: 'clock-untrusted' };
  return outOfService(state) ? { text: 'denied', reason: 'out-of-service' } : { text: 'ready' };
}

function asked(prompt: Prompt): Screen {
  const { again } = prompt;
  if (prompt.mode === 'pin') return { text: 'pin', again };
  const options = prompt.options.map((option, at) => ({
    number: at + 1,
    for: option.for,
    key: option.candidate.key,
  }));
  return { text: 'choose', options, again };
}

const typed = ({ length }: Typing, prompt: Prompt | null): Screen => ({
  text: 'entering',
  length,
  what: prompt === null ? 'code' : prompt.mode === 'pin' ? 'pin' : 'number',
});
