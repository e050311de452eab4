// The page is whole without this. With it, forms need no reload, keys can be dragged and typed on a real keyboard, and a page
// whose box has no power holds itself and asks until somebody answers.
const everyMs = 400;
const darkMs = 1_000;
const dark = document.getElementById('dark');
let etag = '';
let busy = 0;
let dragged = '';

/** One node becomes like another; what is alike stays, with its focus. */
function become(now, next) {
  if (now.nodeType !== next.nodeType || now.nodeName !== next.nodeName || now.id !== next.id) {
    now.replaceWith(next);
    return;
  }
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  if (now.hasAttribute('data-own') || now === dragging()) return;
  for (const { name } of [...now.attributes])
    if (!next.hasAttribute(name) && name !== 'open') now.removeAttribute(name);
  for (const { name, value } of next.attributes)
    if (now.getAttribute(name) !== value && name !== 'value') now.setAttribute(name, value);
  if (now.nodeName === 'INPUT' && now.type === 'hidden') now.value = next.value;
  const [olds, news] = [[...now.childNodes], [...next.childNodes]];
  news.forEach((each, at) => {
    if (at < olds.length) become(olds[at], each);
    else now.append(each);
  });
  for (const each of olds.slice(news.length)) each.remove();
}

const dragging = () =>
  dragged === '' ? null : document.querySelector(`[data-key="${CSS.escape(dragged)}"]`);

function show(text) {
  const held = document.activeElement?.id ?? '';
  const next = new DOMParser().parseFromString(text, 'text/html');
  document.title = next.title;
  const [main, other] = [document.querySelector('main'), next.querySelector('main')];
  become(main, document.adoptNode(other));
  if (held === '' || document.activeElement?.id === held) return;
  // A button that was pressed may be gone, or stand elsewhere.
  (document.getElementById(held) ?? document.getElementById('said'))?.focus();
}

/** Nobody answers: what is shown is no longer so. */
function hold(isDark) {
  if (dark === null || dark.hidden === !isDark) return;
  dark.hidden = !isDark;
  document.querySelector('main').inert = isDark;
  document.body.classList.toggle('no-power', isDark);
}

async function ask(body) {
  const isDeed = body !== undefined;
  busy += 1;
  try {
    const answer = await fetch('/', {
      method: isDeed ? 'POST' : 'GET',
      headers: isDeed || etag === '' ? {} : { 'if-none-match': etag },
      cache: 'no-store',
      ...(isDeed ? { body } : {}),
    });
    if (answer.status === 304) hold(false);
    if (answer.status !== 200) return;
    etag = isDeed ? '' : (answer.headers.get('etag') ?? '');
    const text = await answer.text();
    // The last word of a box whose power goes: the page stays as it is, and dark.
    if (body?.get('do') === 'power') hold(true);
    else {
      show(text);
      hold(false);
    }
  } catch {
    etag = '';
    hold(true);
  } finally {
    busy -= 1;
  }
}

/** One after the other: digits must arrive as they were typed. */
let line = Promise.resolve();
const act = fields => {
  line = line.then(() => ask(new URLSearchParams(fields)));
};

document.addEventListener('submit', event => {
  event.preventDefault();
  const fields = new FormData(event.target, event.submitter);
  if (event.target.matches('.whole')) event.target.reset();
  act(fields);
});

document.addEventListener('dragstart', event => {
  dragged = event.target.dataset?.key ?? '';
  event.dataTransfer?.setData('text/plain', dragged);
});
document.addEventListener('dragend', () => {
  dragged = '';
});
document.addEventListener('dragover', event => {
  if (dragged !== '' && event.target.closest('[data-drop]') !== null) event.preventDefault();
});
document.addEventListener('drop', event => {
  const [kind, place] = (event.target.closest('[data-drop]')?.dataset.drop ?? '').split(':');
  const key = dragged;
  dragged = '';
  if (key === '' || kind === '') return;
  event.preventDefault();
  if (kind === 'slot') act({ do: 'hang', key, slot: place });
  else if (kind === 'hand') act({ do: 'pull', key });
  else act({ do: 'tap', key, reader: place });
});

const ownKeys = document.getElementById('own-keys');
if (ownKeys !== null) ownKeys.hidden = false;

document.addEventListener('keydown', event => {
  const isOff = ownKeys?.querySelector('input')?.checked !== true;
  const isElsewhere =
    event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input:not([type=checkbox])');
  if (isOff || isElsewhere || event.repeat) return;
  // Enter presses the button that has the focus; only where none has it is it the keypad's.
  const isEnter = event.key === 'Enter' && !event.target.matches('button, a, summary, input');
  const key = isEnter ? '#' : event.key;
  if (!/^[0-9*#]$/.test(key)) return;
  event.preventDefault();
  act({ do: 'type', keys: key });
});

async function live() {
  const isDark = dark?.hidden === false;
  if (busy === 0 && (!document.hidden || isDark)) await ask();
  setTimeout(live, dark?.hidden === false ? darkMs : everyMs);
}
void live();
