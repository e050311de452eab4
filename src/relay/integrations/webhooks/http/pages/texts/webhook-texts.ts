import type { Language } from '../../../../../http/pages/frame/texts/languages.ts';
import { en, type WebhookTexts } from './webhooks-en.ts';
import { nl } from './webhooks-nl.ts';

const catalogues: Readonly<Record<Language, WebhookTexts>> = { en, nl };

export const webhookTexts = (language: Language): WebhookTexts => catalogues[language];
