import type { Action, Verb } from './action.ts';
import { verbs } from './verbs.ts';

const head = `smartbox: what a technician asks of a box

usage: smartbox VERB … [--socket PATH] [--json] [--who NAME]
`;

const foot = `
exit: 0 done · 1 refused, unhealthy or daemon away · 2 usage or invalid configuration
Times are ISO 8601 with an offset, durations are 30s, 90m, 24h, 7d. smartbox VERB --help says more.`;

export async function overview(): Promise<string> {
  const lines: string[] = [];
  for (const load of Object.values(verbs)) lines.push(...summaries(await load()));
  return `${head}\n${lines.join('\n')}\n${foot}`;
}

export const verbHelp = (verb: Verb): string => summaries(verb).join('\n');

export const actionHelp = (action: Action): string => `usage: smartbox ${action.usage}\n\n${action.summary}`;

const summaries = (verb: Verb): readonly string[] =>
  Object.values(verb.actions).map(({ usage, summary }) => {
    // A list that follows is shown by the verb’s own help.
    const first = (summary.split('\n')[0] ?? '').replace(/:$/, '.');
    return usage.length < 34 ? `  ${usage.padEnd(34)}${first}` : `  ${usage}\n  ${''.padEnd(34)}${first}`;
  });
