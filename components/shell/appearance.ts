/** How the console looks for one person: kept in cookies, so that the server's first paint is already right. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const DENSITIES = ['dense', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

export const APPEARANCE_COOKIES = { theme: 'countersign_theme', density: 'countersign_density' } as const;

const YEAR_S = 31_536_000;

export function toTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system';
}

export function toDensity(value: string | undefined): Density {
  return DENSITIES.find((density) => density === value) ?? 'dense';
}

/** What `<html>` carries. The defaults carry nothing: `color-scheme: light dark` then follows the system by itself. */
export function appearanceAttributes(theme: Theme, density: Density) {
  return {
    'data-theme': theme === 'system' ? undefined : theme,
    'data-density': density === 'dense' ? undefined : density,
  };
}

/** Browser only: shows the choice at once and keeps it for a year. */
export function applyTheme(theme: Theme): void {
  setOrRemove('data-theme', theme, 'system');
  keep(APPEARANCE_COOKIES.theme, theme);
}

/** Browser only: shows the choice at once and keeps it for a year. */
export function applyDensity(density: Density): void {
  setOrRemove('data-density', density, 'dense');
  keep(APPEARANCE_COOKIES.density, density);
}

function setOrRemove(attribute: string, value: string, fallback: string): void {
  if (value === fallback) document.documentElement.removeAttribute(attribute);
  else document.documentElement.setAttribute(attribute, value);
}

function keep(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing over plain http and in older browsers.
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}
