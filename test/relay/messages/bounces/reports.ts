/** Reports of mail servers, as Postfix, Exim, Exchange and others write them. */

export interface Bounce {
  readonly id: string;
  readonly to?: string;
  readonly action?: string;
  readonly status?: string;
  readonly diagnostic?: string | undefined;
  /** What is sent back of the mail. */
  readonly original?: 'headers' | 'whole' | 'none';
  readonly envelopeId?: string;
  /** Further fields of the receiver. */
  readonly more?: string;
}

/** As Postfix writes them; Exim and Exchange differ in what they leave out. */
export function bounceOf({ id, original = 'headers', diagnostic, envelopeId, ...fields }: Bounce): string {
  const { to = 'bea@example.org', action = 'failed', status = '5.1.1', more = '' } = fields;
  const said = diagnostic === undefined ? '' : `Diagnostic-Code: smtp; ${diagnostic}\n`;
  const headers = `Received: from relay\nMessage-ID: <${id}@example.org>\nSubject: Your key\nTo: ${to}\n`;
  const returned = {
    headers: `--b1\nContent-Type: text/rfc822-headers\n\n${headers}\n`,
    whole: `--b1\nContent-Type: message/rfc822\n\n${headers}\nYour code is 1234 5678\n\n`,
    none: '',
  }[original];
  return `From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: keys@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
${envelopeId === undefined ? '' : `Original-Envelope-Id: ${envelopeId}\n`}Arrival-Date: Sun, 29 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; ${to}
${more}Action: ${action}
Status: ${status}
Remote-MTA: dns; mx.example.org
${said}
${returned}--b1--
`;
}
