import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf } from '../../../src/relay/messages/channels/smtp-refusal.ts';

const rows: readonly (readonly [string, string, 'person' | 'way' | 'passing'])[] = [
  ['RCPT TO', '550 5.1.1 unknown', 'person'],
  ['RCPT TO', '550 5.1.10 null MX', 'person'],
  ['RCPT TO', '553 5.1.8 domain of sender not found', 'way'],
  ['RCPT TO', '552 5.2.2 over quota', 'person'],
  ['DATA', '552 5.2.3 message too long for this mailbox', 'person'],
  ['RCPT TO', '554 5.3.2 system not accepting', 'way'],
  ['RCPT TO', '550 5.4.1 recipient address rejected: access denied', 'way'],
  ['DATA', '550 5.7.26 unauthenticated', 'way'],
  ['RCPT TO', '550-5.7.1 more follows', 'way'],
  ['RCPT TO', '550 5.5.1 bad sequence', 'way'],
  ['RCPT TO', '450 4.2.1 greylisted', 'passing'],
  ['DATA', '451 4.7.1 later', 'passing'],
  ['MAIL FROM', '550 5.1.1 no', 'way'],
  ['CONN', '', 'way'],
  ['RCPT TO', '550 No such user here', 'person'],
  ['RCPT TO', '550 rejected', 'person'],
  ['RCPT TO', '554 transaction failed', 'way'],
  ['DATA', '550 rejected', 'way'],
  ['DATA', '552 mailbox full', 'person'],
  ['RCPT TO', '550 blocked: see our policy, user unknown', 'way'],
  ['RCPT TO', '550 5.0.0 relaying denied', 'way'],
  // A status that says no more than its subject: Comcast, Cox, Exchange.
  ['DATA', '550 5.2.0 Message rejected due to DMARC', 'way'],
  ['RCPT TO', '550 5.1.0 Dynamic/zombied/spam IPs blocked', 'way'],
  ['RCPT TO', '550 5.1.0 Sender denied', 'way'],
  ['RCPT TO', '550 5.1.0 Address rejected', 'person'],
  ['RCPT TO', '550 5.5.0 Requested action not taken: mailbox unavailable', 'person'],
  ['RCPT TO', '550 5.3.0 rejected', 'way'],
  ['RCPT TO', '550 5.7.0 no account here may be written to', 'way'],
  ['RCPT TO', '550 Jan Jansen not listed in Domino Directory', 'person'],
  // Cisco's gateways, qmail, Exim, and servers that know no status.
  ['RCPT TO', '550 #5.7.1 Your access has been rejected', 'way'],
  ['RCPT TO', '550 #5.1.1 Address rejected', 'person'],
  ['RCPT TO', '553 sorry, that is not in my list of allowed rcpthosts (#5.7.1)', 'way'],
  ['DATA', '554 sorry, no mailbox here by that name (#5.1.1 - chkuser)', 'person'],
  ['RCPT TO', '550 Administrative prohibition', 'way'],
  ['RCPT TO', '550 High probability of junk mail', 'way'],
  ['RCPT TO', '550 Mail from unknown host refused', 'way'],
  ['RCPT TO', '550 your IP is on our list', 'way'],
  ['RCPT TO', '571 Delivery refused', 'way'],
  ['RCPT TO', '535 go away', 'way'],
  ['RCPT TO', '550 Requested action not taken: mailbox unavailable', 'person'],
  ['RCPT TO', '550 unrouteable address', 'person'],
  // Too large: the mail, or what the mailbox may hold.
  ['DATA', '552 Message size exceeds fixed limit', 'way'],
  ['RCPT TO', '552 message size exceeds fixed maximum message size', 'way'],
  ['RCPT TO', '552 5.3.4 Message size exceeds fixed limit', 'way'],
  ['DATA', '552 Error: message too large', 'way'],
  ['DATA', '554 This mail is too big', 'way'],
  ['RCPT TO', '552 Requested mail action aborted: exceeded storage allocation', 'person'],
  ['RCPT TO', '552 message exceeds quota', 'person'],
  ['RCPT TO', '552 mailbox size limit exceeded', 'person'],
];

test('what a mail server refuses is blamed on the person, on the way, or on the moment', () => {
  for (const [command, response, fault] of rows)
    assert.equal(faultOf({ code: Number(response.slice(0, 3)), command, response }), fault, response);
});
