/** `/admin/settings/messages/KIND/LANGUAGE`: the words of one message, how they look as a mail and as an SMS, and to send it to oneself. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { type MessageKind, messageKinds } from '../../../core/message-rules.ts';
import { smsPieces } from '../../../core/sms-parts.ts';
import { languages, type Language as Spoken } from '../../../domain/notify-settings.ts';
import { tagOf, versionOf } from '../../api/version.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { table } from '../frame/table.ts';
import type { FramedDeed, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { languageOptions } from './choices.ts';
import { mailFramePath } from './mail-frame.ts';
import { isOvertaken, overtaken, problemsIn, type Sent, versionField } from './overtaken.ts';
import { settingsWords } from './settings-words.ts';
import type { PageAndDeed } from './topic-page.ts';

const base = '/admin/settings/messages';
const path = `${base}/:kind/:language`;
const place = { path, here: 'settings', title: ({ menu }: Visit['texts']) => menu.settings } as const;
const partNames = ['subject', 'text', 'sms'] as const;
type Part = (typeof partNames)[number];

interface Template {
  readonly kind: MessageKind;
  readonly language: Spoken;
  readonly own: Readonly<Record<Part, string | null>>;
  readonly original: Readonly<Record<Part, string>>;
}

interface Templates {
  readonly placeholders: readonly string[];
  readonly items: readonly Template[];
}

interface Preview {
  readonly mail: { readonly subject: string; readonly text: string };
  readonly sms: {
    readonly text: string;
    readonly parts: number;
    readonly characters: number;
    readonly isUnicode: boolean;
  };
}

/** Every kind, with a link to each language; those with own words say so. */
export async function messageTable(visit: Visit, deps: DeedDeps): Promise<Html> {
  const { texts } = settingsWords(visit.viewer.language);
  const names = new Map(languageOptions(visit.viewer.language));
  const { items } = (await doRoute('listTemplates', visit.caller, {}, deps)) as Templates;
  const isOwn = (kind: MessageKind, language: Spoken): boolean =>
    items.some(
      each =>
        each.kind === kind &&
        each.language === language &&
        Object.values(each.own).some(part => part !== null),
    );
  const link = (kind: MessageKind, language: Spoken): Html =>
    html`<a href="${base}/${kind}/${language}">${language}<span class="unseen"> ${names.get(language) ?? language}: ${texts.names[kind]}</span></a>${isOwn(kind, language) ? html` <span class="tag">${texts.own}</span>` : null}`;
  const rows = table<MessageKind>({
    caption: texts.caption,
    columns: [
      { label: texts.kind, cell: kind => texts.names[kind] },
      {
        label: texts.title,
        cell: kind =>
          html`<span class="spoken">${languages.map(each => html`<span>${link(kind, each)}</span>`)}</span>`,
      },
    ],
    rows: messageKinds,
  });
  return html`<h2>${texts.title}</h2><p class="soft">${texts.lead}</p>${rows}`;
}

async function shown(visit: Visit, request: FastifyRequest, deps: DeedDeps, sent: Sent): Promise<Shown> {
  const problems = problemsIn(sent);
  const { language, scopes } = visit.viewer;
  const words = settingsWords(language);
  const { texts } = words;
  const params = { kind: paramOf(request, 'kind'), language: paramOf(request, 'language') };
  const {
    kind,
    language: spoken,
    own,
    original,
  } = (await doRoute('getTemplate', visit.caller, { params }, deps)) as Template;
  const preview = (await doRoute('previewTemplate', visit.caller, { params }, deps)) as Preview;
  const action = `${base}/${kind}/${spoken}`;
  const area = (part: Part, rows: number): Html => {
    const typed = sent === null ? (own[part] ?? '') : fieldOf(request, part);
    const problem = problems?.fields[part];
    return html`<p class="field"><label for="${part}">${texts[part]}</label><textarea id="${part}" name="${part}" rows="${rows}" maxlength="8000" lang="${spoken}" placeholder="${original[part]}" aria-describedby="own-hint">${typed}</textarea>${problem === undefined ? null : html`<span class="bad">${problem}</span>`}</p>`;
  };
  const inputs = html`<p class="soft" id="own-hint">${texts.changes} ${texts.ownHint}</p>
${area('subject', 1)}${area('text', 14)}${area('sms', 5)}<details id="words"><summary>${texts.placeholders}</summary><p><code>${placeholderList(original)}</code></p></details>`;
  const form = scopes.has('settings:write')
    ? html`<form method="post" class="sheet" action="${action}">${versionField(valuesOf(own))}${inputs}<p class="buttons"><button type="submit" name="deed" value="save" class="main">${words.save}</button></p></form>`
    : html`<fieldset disabled class="sheet"><legend class="soft">${words.mayNotChange}</legend>${inputs}</fieldset>`;
  const rows = partNames.map(part => ({
    ...{ label: texts[part], now: own[part] ?? words.none, typed: fieldOf(request, part) || words.none },
  }));
  const both = sent === 'overtaken' ? await overtaken(visit, `${kind}/${spoken}`, rows) : null;
  const tabs = languages.map(each => ({
    ...{ label: each, href: `${base}/${kind}/${each}`, isHere: each === spoken },
  }));
  return {
    ...{ title: texts.names[kind], tabs },
    body: html`${note(request, visit, problems)}${both}${form}${previews(preview, visit, kind, spoken)}`,
  };
}

const valuesOf = (own: Template['own']): readonly string[] => partNames.map(part => own[part] ?? '');

/** Those that ours use: no other is worth anything in this message. */
const placeholderList = (original: Template['original']): string =>
  [...new Set(Object.values(original).flatMap(text => text.match(/\{\w+\}/g) ?? []))].join(' ');

function note(request: FastifyRequest, { viewer }: Visit, problems: FormProblems | null): Html | null {
  const { saved, texts } = settingsWords(viewer.language);
  if (problems !== null) return html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const said =
    queryOf(request, 'sent') === undefined
      ? queryOf(request, 'saved') === undefined
        ? null
        : saved
      : texts.sent;
  return said === null ? null : html`<p class="ok" role="status">${said}</p>`;
}

function previews({ mail, sms }: Preview, visit: Visit, kind: MessageKind, spoken: Spoken): Html {
  const action = `${base}/${kind}/${spoken}`;
  const { texts } = settingsWords(visit.viewer.language);
  const send =
    visit.caller.person === null
      ? html`<p class="soft">${texts.sendNot}</p>`
      : html`<form method="post" action="${action}"><p class="buttons"><button type="submit" name="deed" value="send">${texts.send}</button></p></form>`;
  return html`<section class="sheet"><h2>${texts.previewMail}</h2><p class="soft">${texts.example}</p>
<div class="letter"><h3 lang="${spoken}"><span class="unseen">${texts.subject}: </span>${mail.subject}</h3>
<iframe src="${mailFramePath(kind, spoken)}" title="${texts.previewMail}: ${texts.names[kind]}" sandbox></iframe></div>
<details id="plain"><summary>${texts.plainMail}</summary>${drawnText(mail.text, spoken)}</details>${visit.viewer.scopes.has('messages:write') ? send : null}</section>
<section class="sheet"><h2>${texts.previewSms}</h2>${drawnSms(sms.text, spoken, texts.piece)}
<p class="${sms.parts === 1 ? 'soft' : 'warn'}">${texts.parts(sms.parts, sms.characters)}. ${sms.isUnicode ? texts.unicode : null}</p></section>`;
}

/** Below every mail stands the same, which is set off. */
function drawnText(text: string, spoken: Spoken): Html {
  const [body = '', ...foot] = text.split('\n-- \n');
  const below = foot.length === 0 ? null : html`<p class="soft">${foot.join('\n').trim()}</p>`;
  return html`<div class="letter" lang="${spoken}"><p>${body.trim()}</p>${below}</div>`;
}

/** As a phone shows it: a bubble, and where it takes several parts, where each begins. */
function drawnSms(text: string, spoken: Spoken, label: (at: number, of: number) => string): Html {
  const pieces = smsPieces(text);
  const of = pieces.length;
  const drawn = pieces.map((piece, at) => {
    const begin = of === 1 ? null : html`<span class="tag">${label(at + 1, of)}</span> `;
    return html`<li>${begin}<span lang="${spoken}">${piece}</span></li>`;
  });
  return html`<ul class="bubbles">${drawn}</ul>`;
}

export const messageTexts = (deps: DeedDeps): PageAndDeed => ({
  page: { ...place, scope: 'settings:read', show: (visit, request) => shown(visit, request, deps, null) },
  deed: messageDeed(deps),
});

const messageDeed = (deps: DeedDeps): FramedDeed => ({
  ...{ ...place, scope: null },
  act: async (visit, request) => {
    const params = { kind: paramOf(request, 'kind'), language: paramOf(request, 'language') };
    const here = `${base}/${encodeURIComponent(params.kind)}/${encodeURIComponent(params.language)}`;
    const isSend = fieldOf(request, 'deed') === 'send';
    const part = (name: Part): string | null =>
      fieldOf(request, name).replaceAll('\r\n', '\n').trim() || null;
    const body = { subject: part('subject'), text: part('text'), sms: part('sms') };
    try {
      if (isSend) await doRoute('sendSample', visit.caller, { params }, deps);
      else {
        const now = (await doRoute('getTemplate', visit.caller, { params }, deps)) as Template;
        if (isOvertaken(request, valuesOf(now.own))) return await shown(visit, request, deps, 'overtaken');
        const match = tagOf(versionOf(now));
        await doRoute('setTemplate', visit.caller, { params, body, match }, deps);
      }
    } catch (error) {
      if (codeOf(error) === 'not-as-read') return await shown(visit, request, deps, 'overtaken');
      return await shown(visit, request, deps, problemsOf(error, visit.viewer.language));
    }
    return `${here}?${isSend ? 'sent' : 'saved'}=1`;
  },
});
