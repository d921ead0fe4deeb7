import { cutTo } from './table';

/** Where progress is shown: standard error, if somebody looks at it. */
export interface ProgressScreen {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write: (text: string) => unknown;
}

export interface Progress {
  /** Replaces the line. Nothing happens where nobody looks. */
  show: (text: string) => void;
  /** Takes the line away. */
  end: () => void;
}

/** At most so often: a terminal is slower than what it shows. */
const EVERY_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

/** One line that says how far something has come. */
export function makeProgress(screen: ProgressScreen): Progress {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(text) {
      if (screen.isTTY !== true || performance.now() - shownAtMs < EVERY_MS) return;
      shownAtMs = performance.now();
      isShown = true;
      screen.write(`${CLEAR_LINE}${cutTo(text, (screen.columns ?? 80) - 1)}`);
    },
    end() {
      if (isShown) screen.write(CLEAR_LINE);
      isShown = false;
      shownAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
