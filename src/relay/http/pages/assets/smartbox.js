/* What links and forms cannot do; every page is whole without it. */
(() => {
  // Ctrl K and ⌘ K lead to the search field. Single letters would meet whoever speaks their text in.
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key !== 'k') return;
    event.preventDefault();
    document.querySelector('#q')?.select();
    document.querySelector('#q')?.focus();
  });

  // Arrows lead from a field to what is found while one types, and on through links; Escape puts these away.
  const q = document.querySelector('#q');
  const found = document.querySelector('#found');
  document.addEventListener('keydown', event => {
    const { key, target } = event;
    const field = target.closest('#found') === null ? target : q;
    const list = field.matches('input[hx-target]')
      ? document.querySelector(field.getAttribute('hx-target'))
      : null;
    if (list === null) return;
    if (key === 'Escape' && list === found && found.hasChildNodes()) {
      event.preventDefault();
      found.replaceChildren();
      q.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const stops = [field, ...list.querySelectorAll('a, input:checked')];
    if (step === undefined || stops.length === 1) return;
    event.preventDefault();
    stops.at((stops.indexOf(target) + step) % stops.length).focus();
  });
  const shut = ({ target }) => {
    if (target.closest('.search') === null) found.replaceChildren();
  };
  document.addEventListener('focusin', shut);
  document.addEventListener('click', shut);
  let counted = '';

  // Pieces that live ask for themselves when the stream names what they show; where there is none, every 15 seconds.
  const everyMs = 15_000;
  const { lang } = document.documentElement;
  let stream = null;
  let heard = new Date();
  let said = '';
  const pieces = () => [...document.querySelectorAll('[data-live]')];
  const namesOf = piece => piece.dataset.live.split(' ');
  const ask = wanted => {
    for (const piece of pieces().filter(wanted)) htmx.trigger(piece, 'live');
  };
  const askAll = () => ask(() => true);
  const close = () => {
    stream?.close();
    stream = null;
  };
  const open = () => {
    if (stream !== null || document.hidden || pieces().length === 0) return;
    stream = new EventSource('/admin/_/live');
    let isFirst = true;
    // Whatever was said while nobody listened is lost.
    stream.addEventListener('open', () => {
      if (!isFirst) askAll();
      isFirst = false;
    });
    for (const name of new Set(pieces().flatMap(namesOf)))
      stream.addEventListener(name, () => ask(piece => namesOf(piece).includes(name)));
  };
  // Browsers hold few connections to one host: a tab that nobody sees gives its own back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return close();
    askAll();
    open();
  });
  setInterval(() => {
    if (document.hidden) return;
    if (stream?.readyState === EventSource.CLOSED) close();
    if (stream?.readyState !== EventSource.OPEN) askAll();
    open();
    count();
  }, everyMs);

  // Whoever reads old facts must see that they are old.
  const live = isLive => {
    if (isLive) heard = new Date();
    const strip = document.querySelector('#not-live');
    if (strip === null) return;
    strip.hidden = isLive;
    const clock = heard.toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit' });
    strip.querySelector('span').textContent = strip.dataset.text.replace('{}', clock);
  };
  document.addEventListener('htmx:error', () => live(false));
  // A refusal is no piece, and must not take the place of one.
  document.addEventListener('htmx:after:request', event => {
    const isLive = event.detail.ctx.response.status < 400;
    live(isLive);
    if (!isLive) event.preventDefault();
  });
  document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
    const tag = ctx.sourceElement?.dataset?.tag;
    if (tag !== undefined) ctx.request.headers['If-None-Match'] = `"${tag}"`;
  });
  document.addEventListener('htmx:after:swap', () => {
    live(true);
    count();
    const [piece] = pieces();
    const news = piece?.dataset.said ?? '';
    if (news !== said) document.querySelector('#said').textContent = news;
    said = news;
    // An answer that came after somebody went on.
    if (document.activeElement.closest('.search') === null) found.replaceChildren();
    const sum = found.querySelector('p')?.textContent ?? '';
    if (sum !== counted) document.querySelector('#said').textContent = sum;
    counted = sum;
  });

  // Ages go on by themselves: the relay is not asked because a minute is over.
  const ages = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ];
  // By the relay's clock: that of a browser may be wrong.
  const late = Number(pieces()[0]?.dataset.now ?? Date.now()) - Date.now();
  const count = () => {
    for (const age of document.querySelectorAll('.when .age')) {
      const at = Date.parse(age.parentElement.querySelector('time').dateTime);
      const seconds = (at - Date.now() - late) / 1_000;
      const [unit, size] = units.find(each => Math.abs(seconds) >= each[1]) ?? units[3];
      age.textContent = ages.format(Math.trunc(seconds / size), unit);
    }
  };
  said = pieces()[0]?.dataset.said ?? '';
  open();
})();
