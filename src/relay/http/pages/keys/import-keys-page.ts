/** `/admin/keys/import`: a table is checked first, each bad row named, and then taken whole or not at all. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { problemsOf } from '../../../domain/key-import.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { takeFileForms } from '../file-forms.ts';
import { fieldOf } from '../form.ts';
import { icon } from '../frame/icons.ts';
import { table } from '../frame/table.ts';
import { type FramedDeed, type FramedPage, framedDeeds, type Shown } from '../framed.ts';
import type { PageDeps } from '../page-deps.ts';
import { queryOf } from '../query.ts';
import { refusalSaid } from '../refusal-words.ts';
import type { Visit } from '../visit.ts';
import { importWords } from './import-texts.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys/import';
const place = { path, here: 'keys', scope: 'keys:write' } as const;
const maxBytes = 262_144;
const rowsShown = 100;
const example = 'name,box,slot,tag\nTransit 12,Garage,3,0009284071\nTransit 13,Garage,4,';

export const importKeysPage: FramedPage = {
  ...place,
  title: ({ add }) => add.key,
  show: async (visit, request) => {
    const words = importWords(visit.viewer.language);
    const isLarge = queryOf(request, 'large') !== undefined;
    return asked(visit, '', isLarge ? html`<p class="bad" role="alert">${words.tooLarge}</p>` : null);
  },
};

/** In a scope of its own: no other form of a page may be as large. */
export function importKeysForm(app: FastifyInstance, deps: PageDeps): void {
  app.register(async scope => {
    takeFileForms(scope, { maxBytes, tooLarge: `${path}?large=1` });
    framedDeeds(scope, deps, [importDeed(deps)]);
  });
}

const importDeed = (deps: DeedDeps): FramedDeed => ({
  ...place,
  title: ({ add }) => add.key,
  act: async (visit, request) => {
    const words = importWords(visit.viewer.language);
    const text = tableOf(request);
    if (text.trim() === '') return asked(visit, '', html`<p class="bad" role="alert">${words.nothing}</p>`);
    const isSure = fieldOf(request, 'sure') === 'yes';
    try {
      const given = { query: { dryRun: isSure ? 'false' : 'true' }, body: text };
      const said = (await doRoute('importKeys', visit.caller, given, deps)) as Preview;
      return isSure ? '/admin/keys' : await preview(visit, text, said);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'bad-input') throw error;
      return asked(visit, text, badRows(visit, error));
    }
  },
});

const tableOf = (request: FastifyRequest): string =>
  fieldOf(request, 'file').trim() === '' ? fieldOf(request, 'table') : fieldOf(request, 'file');

function asked(visit: Visit, text: string, said: Html | null): Shown {
  const words = importWords(visit.viewer.language);
  return {
    title: words.title,
    body: html`${said}<form method="post" action="${path}" enctype="multipart/form-data" class="sheet"><p>${words.how}</p>
<div><p class="soft">${words.example}</p><pre>${example}</pre></div>
<p class="field"><label for="table">${words.paste}</label><textarea id="table" name="table" rows="10" spellcheck="false" aria-describedby="table-hint">
${text}</textarea><span class="soft" id="table-hint">${words.pasteHint}</span></p>
<p class="field"><label for="file">${words.file}</label><input id="file" name="file" type="file" accept=".csv,.txt,text/csv"></p>
<p class="buttons"><button type="submit" class="main">${words.check}</button> <a class="button" href="/admin/keys">${visit.texts.states.back}</a></p></form>`,
  };
}

function badRows(visit: Visit, error: Fault): Html {
  const words = importWords(visit.viewer.language);
  const rows = problemsOf(error);
  const shown = rows.slice(0, rowsShown);
  return html`<section class="state bad" role="alert"><h2>${icon('alert')}<span>${words.refused(rows.length)}</span></h2><p>${words.refusedWhy}</p></section>
${table({
  caption: words.badRows,
  columns: [
    { label: words.line, cell: ({ line }) => String(line) },
    {
      label: words.column,
      cell: ({ column }) => (column === null ? words.whole : html`<code>${column}</code>`),
    },
    { label: words.problem, cell: ({ problem }) => refusalSaid(problem, visit.viewer.language) },
  ],
  rows: shown,
})}${moreLine(words, rows.length - shown.length)}`;
}

type Words = ReturnType<typeof importWords>;

const moreLine = (words: Words, count: number): Html | null =>
  count <= 0 ? null : html`<p class="soft">${words.more(String(count))}</p>`;

interface Preview {
  readonly created: number;
  readonly changed: number;
  readonly same: number;
  readonly warnings?: readonly string[];
  readonly rows?: readonly PreviewRow[];
}

interface PreviewRow {
  readonly line: number;
  readonly name: string;
  readonly box: string;
  readonly slot: number;
  readonly is: 'created' | 'changed' | 'same';
}

async function preview(visit: Visit, text: string, said: Preview): Promise<Shown> {
  const words = importWords(visit.viewer.language);
  const { rows = [], warnings = [] } = said;
  const counts = (['created', 'changed', 'same'] as const).filter(each => said[each] > 0);
  const odd = html`<h2>${words.warnings}</h2><ul>${warnings.slice(0, rowsShown).map(each => html`<li>${refusalSaid(each, visit.viewer.language)}</li>`)}</ul>`;
  return {
    title: words.title,
    body: html`<form method="post" action="${path}" enctype="multipart/form-data" class="sheet"><h2>${words.preview}</h2>
<ul>${counts.map(each => html`<li>${words[each](said[each])}</li>`)}</ul>${warnings.length === 0 ? null : odd}
<textarea name="table" aria-label="${words.paste}" hidden>
${text}</textarea>
<p class="buttons"><button type="submit" name="sure" value="yes" class="main">${words.take}</button> <a class="button" href="${path}">${words.again}</a></p></form>
${await previewTable(visit, rows.slice(0, rowsShown))}${moreLine(words, rows.length - rowsShown)}`,
  };
}

async function previewTable(visit: Visit, rows: readonly PreviewRow[]): Promise<Html> {
  const words = importWords(visit.viewer.language);
  const { door, name, home } = keyWords(visit.viewer.language);
  const boxes = await boxNames(
    visit.context,
    rows.map(({ box }) => box),
  );
  return table<PreviewRow>({
    caption: words.rows,
    columns: [
      { label: name, cell: row => html`<bdi>${row.name}</bdi>` },
      { label: words.does, cell: ({ is }) => words.becomes[is] },
      { label: home, cell: ({ box, slot }) => door(boxes.get(box)?.name ?? box, String(slot)) },
      { label: words.line, cell: ({ line }) => String(line) },
    ],
    rows,
  });
}
