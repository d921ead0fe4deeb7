/** How far a page's content is from its edges: the same on every page, so that nothing jumps from one to the next. */
export const PAGE_EDGE = 'px-4.5 rail:px-10';

/** What a page's content stands in: it begins at the left edge and ends where lines become too long to follow. */
export const PAGE_BODY = `max-w-295 py-5 rail:py-6.5 ${PAGE_EDGE}`;
