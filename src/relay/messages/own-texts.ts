/** An account's own words, in place of ours. */
import type { Kysely } from 'kysely';
import { type MessageKind, mustSay } from '../core/message-rules.ts';
import { audit } from '../domain/audit.ts';
import type { Context } from '../domain/context.ts';
import { badInput } from '../domain/faults.ts';
import type { Language } from '../domain/notify-settings.ts';
import type { Tables } from '../store/tables.ts';
import { catalogues } from './catalogues.ts';
import { type Placeholder, placeholders, type Texts } from './kinds.ts';
import { unknownPlaceholders, usedPlaceholders } from './template.ts';

export type OwnTexts = { readonly [Part in keyof Texts]: string | null };

const none: OwnTexts = { subject: null, text: null, sms: null };
const longest: Readonly<Record<keyof Texts, number>> = { subject: 200, text: 8_000, sms: 600 };

export interface TemplateName {
  readonly kind: MessageKind;
  readonly language: Language;
}

export async function ownTexts(db: Kysely<Tables>, account: string, name: TemplateName): Promise<OwnTexts> {
  const row = await db
    .selectFrom('template')
    .select(['subject', 'text', 'sms'])
    .where('account', '=', account)
    .where('kind', '=', name.kind)
    .where('language', '=', name.language)
    .executeTakeFirst();
  return row ?? none;
}

/** Of every message in every language. */
export async function allOwnTexts(
  db: Kysely<Tables>,
  account: string,
): Promise<(name: TemplateName) => OwnTexts> {
  const rows = await db.selectFrom('template').selectAll().where('account', '=', account).execute();
  return name => rows.find(row => row.kind === name.kind && row.language === name.language) ?? none;
}

/** The words that are used: own ones, part by part, or ours. */
export async function textsOf(db: Kysely<Tables>, account: string, name: TemplateName): Promise<Texts> {
  const own = await ownTexts(db, account, name);
  const ours = catalogues[name.language].kinds[name.kind];
  return { subject: own.subject ?? ours.subject, text: own.text ?? ours.text, sms: own.sms ?? ours.sms };
}

/**
 * Null takes ours again.
 * @throws Fault `bad-input` naming the part, and what is wrong with it
 */
export async function changeTexts(context: Context, name: TemplateName, texts: OwnTexts): Promise<void> {
  const { tx, account, now } = context;
  for (const part of ['subject', 'text', 'sms'] as const) checkPart(name, part, texts[part]);
  const { kind, language } = name;
  const row = { account, kind, language, ...texts, updated: now };
  if (Object.values(texts).every(text => text === null))
    await tx
      .deleteFrom('template')
      .where('account', '=', account)
      .where('kind', '=', kind)
      .where('language', '=', language)
      .execute();
  else
    await tx
      .insertInto('template')
      .values(row)
      .onConflict(on => on.columns(['account', 'kind', 'language']).doUpdateSet({ ...texts, updated: now }))
      .execute();
  await audit(context, 'template-changed', `${kind}/${language}`);
}

/** Links of drivers stand in many messages, and never in a subject; one that lets in an administrator is a secret as codes are. */
const isSecret = (name: Placeholder, must: ReturnType<typeof mustSay>): boolean =>
  name === 'code' || name === 'check' || (must === 'link' && name === 'link');

function checkPart({ kind }: TemplateName, part: keyof Texts, text: string | null): void {
  if (text === null) return;
  if (text.trim() === '') throw badInput(part, 'is empty', 'null takes the original words.');
  if (text.length > longest[part])
    throw badInput(part, `has ${text.length} characters, at most ${longest[part]}`);
  if (part === 'subject' && /[\r\n]/.test(text)) throw badInput(part, 'must be one line');
  const [unknown] = unknownPlaceholders(text);
  if (unknown !== undefined)
    throw badInput(
      part,
      `{${unknown.slice(0, 40)}} is no placeholder`,
      `There are: ${placeholders.map(each => `{${each}}`).join(' ')}.`,
    );
  const must = mustSay(kind);
  if (must === null || part === 'subject') {
    if (part === 'subject' && usedPlaceholders(text).some(each => isSecret(each, must)))
      throw badInput(
        part,
        'must not hold the code: subjects are shown on locked screens',
        'Put it into the text.',
      );
    return;
  }
  if (!usedPlaceholders(text).includes(must)) throw badInput(part, `must hold {${must}}`);
}
