import { Html, html, htmlPage } from '../../../base/html.ts';

export const style = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 0 auto; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; border-bottom: 1px solid #8888 }
header h1 { font-size: 1.2rem; margin: .4rem 0; flex: 1 }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top }
input, button, select { font: inherit; padding: .4rem .6rem; max-width: 100% }
input { width: 32rem }
input[type=checkbox] { width: auto }
nav { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline }
code { font-size: 1rem; overflow-wrap: anywhere }
.bad { color: #c22 }
`;

export const page = (title: string, body: Html, language = 'en'): string =>
  htmlPage(
    language,
    html`<meta name="viewport" content="width=device-width">
<title>${title} – SmartBox</title><style>${new Html(style)}</style>`,
    body,
  );
