/** Completion for bash, made of the verbs themselves. */

import { verbs } from '../../src/cli/verbs.ts';
import { verbs as relayVerbs } from '../../src/relay/app/verbs/verbs.ts';

/** A command line without its flags, and what may follow it. */
type Words = ReadonlyMap<string, readonly string[]>;

const everywhere = ['--json', '--socket', '--who', '--help', '--version'];

/** `program` completes words by what was typed before them, or by the flag they belong to; where nothing is known, files. */
function script(program: string, after: Words, choices: Words = new Map()): string {
  const name = `_${program.replaceAll('-', '_')}`;
  const cases = [...after].map(([words, next]) => `    '${words}') words='${next.join(' ')}' ;;`);
  const values = [...choices].map(([flag, words]) => `    --${flag}) words='${words.join(' ')}' ;;`);
  return `# bash completion for ${program}
${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} typed='' words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == -* ]] || typed+="\${typed:+ }\${COMP_WORDS[at]}"
  done
  case $typed in
${cases.join('\n')}
  esac${
    values.length === 0
      ? ''
      : `
  case \${COMP_WORDS[COMP_CWORD - 1]} in
${values.join('\n')}
  esac`
  }
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${name} ${program}
`;
}

export async function boxCompletion(): Promise<string> {
  const after = new Map<string, readonly string[]>([['', [...Object.keys(verbs), 'help', ...everywhere]]]);
  const choices = new Map<string, readonly string[]>();
  for (const [name, load] of Object.entries(verbs)) {
    const { actions } = await load();
    for (const action of Object.values(actions))
      for (const [flag, words] of Object.entries(action.choices ?? {})) choices.set(flag, words);
    const subs = Object.keys(actions).filter(sub => sub !== '');
    const bare = actions['']?.flags ?? [];
    after.set(name, [...subs, ...bare.map(flag => `--${flag}`), ...everywhere]);
    for (const sub of subs)
      after.set(`${name} ${sub}`, [...(actions[sub]?.flags ?? []).map(flag => `--${flag}`), ...everywhere]);
  }
  return script('smartbox', after, choices);
}

export function relayCompletion(): string {
  const everyVerb = ['--config', '--data', '--help'];
  const first = new Set<string>();
  const after = new Map<string, string[]>();
  for (const [words, { flags }] of Object.entries(relayVerbs)) {
    const [verb = '', sub] = words.split(' ');
    first.add(verb);
    if (sub !== undefined) after.set(verb, [...(after.get(verb) ?? []), sub]);
    after.set(words, [...flags.map(flag => `--${flag}`), ...everyVerb]);
  }
  return script('smartbox-relay', new Map([['', [...first, ...everyVerb, '--version']], ...after]));
}
