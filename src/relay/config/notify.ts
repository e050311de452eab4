/** The sections `mail` and `sms` of relay.yaml. */
import {
  also,
  type Check,
  inside,
  mapping,
  oneOf,
  optional,
  type Place,
  problem,
  required,
  text,
} from '../../base/config/check.ts';
import { label, path } from '../../base/config/texts.ts';
import type { BouncesConfig, MailConfig, SmsConfig } from './model.ts';
import { httpUrl, imapUrl, mailFrom, smtpUrl } from './values.ts';

export const mail = (folder: string): Check<MailConfig> =>
  mapping<MailConfig>({
    url: required(smtpUrl),
    from: required(mailFrom),
    passwordFile: optional<string | null>(path(folder), null),
    caFile: optional<string | null>(path(folder), null),
    bounces: optional<BouncesConfig | null>(bounces(folder), null),
  });

const bounces = (folder: string): Check<BouncesConfig> =>
  mapping<BouncesConfig>({
    url: required(imapUrl),
    passwordFile: required(path(folder)),
    caFile: optional<string | null>(path(folder), null),
  });

/** One of several providers, each with keys of its own. */
export const sms =
  (folder: string): Check<SmsConfig> =>
  (value, at) => {
    const provider =
      typeof value === 'object' && value !== null && 'provider' in value ? value.provider : undefined;
    if (provider === 'twilio') return twilio(folder)(value, at);
    if (provider === 'http') return plainHttp(folder)(value, at);
    return problem(inside(at, 'provider'), 'must be http or twilio');
  };

type Http = Extract<SmsConfig, { readonly provider: 'http' }>;
type Twilio = Extract<SmsConfig, { readonly provider: 'twilio' }>;

const plainHttp = (folder: string): Check<Http> =>
  also(
    mapping<Http>({
      provider: required(oneOf('http')),
      url: required(httpUrl),
      headersFile: optional<string | null>(path(folder), null),
      contentType: optional(
        oneOf<Http['contentType']>('application/json', 'application/x-www-form-urlencoded'),
        'application/json',
      ),
      body: required(bodyTemplate),
    }),
    (read, at) => (read.contentType === 'application/json' ? jsonBody(read, inside(at, 'body')) : read),
  );

const bodyTemplate: Check<string> = (value, at) => {
  if (
    typeof value !== 'string' ||
    value.length > 4_000 ||
    !value.includes('{to}') ||
    !value.includes('{text}')
  )
    return problem(at, 'must be text with {to} and {text} in it, such as {"to":"{to}","text":"{text}"}');
  return value;
};

/** Placeholders stand inside of strings, so that the template itself is JSON. */
function jsonBody(read: Http, at: Place): Http | undefined {
  try {
    JSON.parse(read.body);
    return read;
  } catch {
    return problem(at, 'is not JSON; placeholders stand inside of quotes');
  }
}

const twilio = (folder: string): Check<Twilio> =>
  also(
    mapping<Twilio>({
      provider: required(oneOf('twilio')),
      accountSid: required(text(/^AC[^\s/]+$/, 64, 'an account SID, which begins with AC')),
      authTokenFile: required(path(folder)),
      from: optional<string | null>(label(32), null),
      messagingService: optional<string | null>(label(64), null),
      url: optional(httpUrl, 'https://api.twilio.com'),
    }),
    (read, at) =>
      (read.from === null) === (read.messagingService === null)
        ? problem(at, 'needs one of from and messagingService')
        : read,
  );
