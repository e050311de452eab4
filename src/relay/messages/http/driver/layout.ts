/** The frame of the driver's page: for a phone in one hand, in the sun, before the box. */
import { Html, html, htmlPage } from '../../../../base/html.ts';

export const driverStyle = `
:root { color-scheme: light dark; --ink: #1c2623; --soft: #5b6b64; --paper: #fff; --ground: #f2f5f3; --line: #e4eae7; --green: #12664a; --pale: #eef3f1; --bad: #a3231f }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eeeb; --soft: #9fb0a8; --paper: #1b2421; --ground: #111816; --line: #2e3a35; --green: #58c79d; --pale: #24302b; --bad: #ff9a94 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 16px 12px 40px }
.who { color: var(--green); font-weight: 700; padding: 4px 8px 12px }
section, details { background: var(--paper); border-radius: 14px; padding: 20px; margin: 0 0 12px }
h1 { font-size: 1.55rem; line-height: 1.2; margin: 0 0 .4rem }
h2 { font-size: 1.05rem; margin: 1.1rem 0 .3rem }
h2:first-child { margin-top: 0 }
p { margin: 0 0 .8rem }
p:last-child { margin-bottom: 0 }
dl { margin: .9rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: 0 }
dt { color: var(--soft); padding: .35rem 1rem .35rem 0; border-top: 1px solid var(--line) }
dd { margin: 0; padding: .35rem 0; border-top: 1px solid var(--line); font-weight: 600; overflow-wrap: anywhere }
ol { margin: 0; padding-left: 1.3rem }
li { padding: .15rem 0 }
button { width: 100%; min-height: 52px; font: inherit; font-weight: 700; border: 0; border-radius: 12px; background: var(--green); color: var(--paper); padding: .6rem 1rem; cursor: pointer }
button.second { background: none; color: var(--green); border: 2px solid var(--line) }
button:focus-visible, input:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--green); outline-offset: 2px }
label { display: block; font-weight: 600; margin: .8rem 0 .25rem }
input { width: 100%; min-height: 48px; font: inherit; padding: .5rem .7rem; border: 1px solid var(--soft); border-radius: 10px; background: var(--paper); color: var(--ink) }
form button { margin-top: 1rem }
.code { font: 700 3.4rem/1.15 ui-monospace, Menlo, Consolas, monospace; letter-spacing: .06em; text-align: center; background: #fff; color: #000; border: 2px solid var(--line); border-radius: 12px; padding: .8rem .5rem; margin: .3rem 0 .6rem; user-select: all }
.code span { display: inline-block }
@media (max-width: 420px) { .code { font-size: 22vw } .code span { display: block } }
.label { color: var(--soft); margin: 0; text-align: center }
.note { background: var(--pale); border-radius: 10px; padding: .7rem .9rem; font-weight: 600 }
.bad { color: var(--bad); font-weight: 600 }
.soft { color: var(--soft); font-size: .95rem }
summary { font-weight: 700; cursor: pointer }
details[open] summary { margin-bottom: .7rem }
a { color: var(--green); font-weight: 700; white-space: nowrap }
`;

interface Frame {
  readonly language: string;
  readonly title: string;
  /** Whose key it is; empty where nobody is to know. */
  readonly account: string;
  readonly body: Html;
}

export const driverPage = ({ language, title, account, body }: Frame): string =>
  htmlPage(
    language,
    html`
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer"><meta name="format-detection" content="telephone=no">
<title>${title}</title><style>${new Html(driverStyle)}</style>`,
    html`<main>${account === '' ? null : html`<div class="who">${account}</div>`}
${body}</main>`,
  );
