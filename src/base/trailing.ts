/** `text` without the slashes that it ends with. An expression such as `/\/+$/` would begin anew at each slash of a long run. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
