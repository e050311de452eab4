import type { Overlay } from '../core/model.ts';
import type { Render } from './texts/render.ts';

/** The relay's texts over those of the configuration; made anew only when they change. */
export function renderWithOverlay(
  texts: () => Overlay['texts'],
  make: (texts: { boxName?: string; phone?: string }) => Render,
): Render {
  let made: { readonly of: object; readonly render: Render } | null = null;
  return (screen, moment, size) => {
    const over = texts();
    if (made?.of !== over) {
      const { name, phone } = over;
      const said = { ...(name == null ? {} : { boxName: name }), ...(phone == null ? {} : { phone }) };
      made = { of: over, render: make(said) };
    }
    return made.render(screen, moment, size);
  };
}
