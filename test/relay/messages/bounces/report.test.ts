/** What is read out of reports as mail servers write them, and out of what anybody can send to a mailbox. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  looksLikeReport,
  type Report,
  readReport,
  reportBytesMax,
} from '../../../../src/relay/messages/bounces/report.ts';
import { faultOfReport } from '../../../../src/relay/messages/channels/smtp-refusal.ts';
import { bounceOf } from './reports.ts';

const read = (mail: string): Report | null => readReport(Buffer.from(mail, 'latin1'));
const bea = 'bea@example.org';

test('a report names the mail, its receiver, and why it came back', () => {
  const said = '550 5.1.1 <bea@example.org>: no such user';
  for (const original of ['headers', 'whole'] as const)
    assert.deepEqual(read(bounceOf({ id: 'm_1', original, diagnostic: said })), {
      ids: ['m_1'],
      receivers: [{ addresses: [bea], action: 'failed', status: '5.1.1', diagnostic: said }],
    });
});

/** What differs from one server to the next. */
const forms: readonly (readonly [name: string, mail: string])[] = [
  ['no mail in it, its id with the envelope', bounceOf({ id: 'm_1', original: 'none', envelopeId: 'm_1' })],
  ['lines of CR LF', bounceOf({ id: 'm_1' }).replaceAll('\n', '\r\n')],
  [
    'fields in other letters',
    bounceOf({ id: 'm_1' }).replace('Final-Recipient: rfc822;', 'FINAL-RECIPIENT:RFC822;'),
  ],
  ['an address in brackets', bounceOf({ id: 'm_1', to: `<${bea}>` })],
  ['a boundary in quotes that goes on', bounceOf({ id: 'm_1' }).replaceAll('b1', "b1/'()+_,-.:=? x")],
  ['a boundary without quotes', bounceOf({ id: 'm_1' }).replace('"b1"', 'b1; charset=x')],
  ['the end missing', bounceOf({ id: 'm_1' }).replace(/--b1--\n$/, '')],
  ['a report in base64', inBase64(bounceOf({ id: 'm_1' }))],
  ['a folded Message-ID', bounceOf({ id: 'm_1' }).replace('Message-ID: ', 'Message-ID:\n ')],
  [
    'forwarded: for whom it was',
    bounceOf({ id: 'm_1', to: 'b@other.example', more: `Original-Recipient: rfc822;${bea}\n` }),
  ],
  ['xtext', bounceOf({ id: 'm_1', to: 'x@y', more: 'Original-Recipient: rfc822;bea+40example.org\n' })],
];

function inBase64(mail: string): string {
  const [, head = '', status = ''] =
    /(Content-Type: message\/delivery-status\n)\n([\s\S]*?\n)(?=--b1)/.exec(mail) ?? [];
  const encoded = Buffer.from(status).toString('base64').replace(/.{60}/g, '$&\n');
  return mail.replace(`${head}\n${status}`, `${head}Content-Transfer-Encoding: base64\n\n${encoded}\n`);
}

for (const [name, mail] of forms)
  test(`a report is read: ${name}`, () => {
    const report = read(mail);
    assert.deepEqual(report?.ids, ['m_1']);
    assert.ok(report?.receivers[0]?.addresses.includes(bea), JSON.stringify(report));
    assert.ok(looksLikeReport(Buffer.from(mail.slice(0, 400))));
  });

const nothing: readonly (readonly [name: string, mail: string])[] = [
  [
    'a mail of somebody',
    'Subject: Hello\n\nMessage-ID: <m_1@example.org>\nFinal-Recipient: rfc822; bea@example.org\n',
  ],
  [
    'an answer that was sent by itself',
    'Auto-Submitted: auto-replied\nContent-Type: text/plain\n\nI am away.\n',
  ],
  ['a report that it was delivered', bounceOf({ id: 'm_1', action: 'delivered', status: '2.0.0' })],
  ['a report of a mail with another id', bounceOf({ id: 'abc-def' })],
  [
    'a report of reading',
    bounceOf({ id: 'm_1' }).replace('message/delivery-status', 'message/disposition-notification'),
  ],
  ['a report without a receiver', bounceOf({ id: 'm_1' }).replace(/Final-Recipient[\s\S]*?\n\n/, '\n')],
  [
    'a report within a mail that somebody forwards',
    `Content-Type: message/rfc822\n\n${bounceOf({ id: 'm_1' })}`,
  ],
  ['nothing at all', ''],
];

for (const [name, mail] of nothing)
  test(`nothing follows from ${name}`, () => assert.equal(read(mail), null));

const report = 'Content-Type: multipart/report; boundary=b\n';
/** Each as long as may be read; a reader that needs the square of its length would need minutes. */
const hostile: readonly (readonly [name: string, piece: (at: number) => string])[] = [
  ['boundaries', () => '--b\n'],
  ['boundaries that only begin so', () => '--b '],
  ['empty parts', () => '--b\nContent-Type: message/delivery-status\n\n'],
  ['mails in mails', () => '--b\nContent-Type: message/rfc822\n\n'],
  ['multiparts in multiparts', at => `--a${at}\nContent-Type: multipart/report; boundary=a${at + 1}\n\n`],
  ['headers', at => `X${at}: y\n`],
  ['one header that goes on', () => ' x\n'],
  ['semicolons', () => ';x=y'],
  ['quotes', () => '"\\'],
  ['receivers', at => `\nFinal-Recipient: rfc822; x${at}@y\nAction: failed\n`],
  ['plus signs', () => '+4'],
  ['equals signs', () => '=3'],
  ['quoted lines', () => '> x \n'],
  ['line ends', () => '\r\n'],
  ['NULs', () => '\0'],
];

for (const [name, piece] of hostile)
  test(`${name} without an end cost no more than their length`, { timeout: 10_000 }, () => {
    const many = Array.from({ length: reportBytesMax }, (_, at) => piece(at))
      .join('')
      .slice(0, 3 * reportBytesMax);
    const status = `${report}\n--b\nContent-Type: message/delivery-status\n`;
    const encoded = `${status}Content-Transfer-Encoding: quoted-printable\n\n`;
    const before = [`${report}\n`, `${status}\n`, encoded, 'Content-Type: ', `${report}X: `, ''];
    for (const start of before) assert.equal(read(start + many)?.ids.length ?? 0, 0);
  });

const faults: readonly (readonly [status: string, diagnostic: string, 'person' | 'way' | 'passing'])[] = [
  ['5.1.1', '', 'person'],
  ['5.2.2', '552 5.2.2 over quota', 'person'],
  ['5.0.0', '550 5.1.1 unknown', 'person'],
  ['5.0.0', '550 User unknown', 'person'],
  ['5.0.0', '550 message content rejected as spam', 'way'],
  ['5.7.1', '550 blocked, see our policy', 'way'],
  ['5.3.0', '', 'way'],
  ['5.4.4', 'Host or domain name not found', 'person'],
  ['5.4.1', '550 5.4.1 recipient address rejected: access denied', 'way'],
  ['5.7.26', '550-5.7.26 unauthenticated', 'way'],
  ['4.4.7', '', 'passing'],
  ['4.2.2', '452 4.2.2 over quota', 'passing'],
  ['4.4.1', 'connect to mx: timed out', 'passing'],
  ['', '550 No such user', 'person'],
  ['', '', 'person'],
];

test('what a report says is blamed by the same rules as a refusal at once', () => {
  for (const [status, diagnostic, fault] of faults)
    assert.equal(faultOfReport({ status, diagnostic }), fault, `${status} ${diagnostic}`);
});
