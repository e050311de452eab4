/** The style sheet: one file for a browser, one file a topic for whoever changes it. Their order is that of the cascade. */
import { readFileSync } from 'node:fs';

// Each path is read here from the sources; in a bundle the text itself stands in its place (scripts/build/embedded-texts.ts).
export const style = [
  readFileSync(new URL('./style/base.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/frame.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/lists.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/today.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/forms.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/bookings.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/settings.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/keys.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/boxes.css', import.meta.url), 'utf8'),
  readFileSync(new URL('./style/print.css', import.meta.url), 'utf8'),
].join('\n');
