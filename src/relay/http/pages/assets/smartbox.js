/* What links and forms cannot do; every page is whole without it. */
(() => {
  // Ctrl K and ⌘ K lead to the search field. Single letters would meet whoever speaks their text in.
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key !== 'k') return;
    event.preventDefault();
    document.querySelector('#q')?.select();
    document.querySelector('#q')?.focus();
  });
  // Whoever reads old facts must see that they are old.
  const strip = isHidden => {
    const element = document.querySelector('#not-live');
    if (element !== null) element.hidden = isHidden;
  };
  document.addEventListener('htmx:error', () => strip(false));
  document.addEventListener('htmx:response:error', () => strip(false));
  document.addEventListener('htmx:after:swap', () => strip(true));
})();
