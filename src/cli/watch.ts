import { canonical, type Json } from '../base/canonical.ts';
import { exits } from '../base/command-line/usage.ts';
import type { ControlHello } from '../wire/control.ts';
import type { JournalEvent } from '../wire/journal.ts';
import type { Action, Verb } from './action.ts';
import { zoneClock } from './clock.ts';
import { eventLine } from './event-line.ts';
import { untilInterrupted } from './interrupt.ts';
import { plain } from './table.ts';

const watch: Action = {
  usage: 'watch',
  summary: 'The box live: every event, and what its display shows. Ctrl-C ends it.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    let clock: ReturnType<typeof zoneClock> | null = null;
    const item = async (what: unknown, { timezone }: ControlHello): Promise<void> => {
      const { event, screen } = what as { event?: JournalEvent; screen?: readonly string[] };
      if (event !== undefined) {
        task.out.line(canonical(event as unknown as Json));
        clock ??= zoneClock(timezone);
        task.out.say(eventLine(event, clock));
      }
      if (screen !== undefined) {
        task.out.document({ screen });
        task.out.say(screen.map(row => `| ${plain(row)}`).join('\n'));
      }
      await task.out.drained();
    };
    await task.ask('watch', { item, stop: untilInterrupted() });
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': watch } };
