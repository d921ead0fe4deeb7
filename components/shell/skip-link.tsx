/** The id of the page's `<main>`, which `AppShell` renders and the skip link leads to. */
export const MAIN_ID = 'main';

/** The first stop of the Tab key: past the navigation, to the page. */
export function SkipLink() {
  return (
    <a
      href={`#${MAIN_ID}`}
      className="sr-only z-50 rounded-control bg-ink px-3 py-2 font-medium text-paper focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      Skip to the page
    </a>
  );
}
