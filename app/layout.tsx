import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { APPEARANCE_COOKIES, appearanceAttributes, toDensity, toTheme } from '@/components/shell/appearance';
import { Providers } from '@/components/shell/providers';
import { TIME_ZONE_COOKIE, toTimeZone } from '@/components/ui/time-format';
import { fontVariables } from './fonts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Countersign', template: '%s · Countersign' },
  description: 'Software asks, policy answers, people decide.',
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, email: false, address: false },
};

/** The browser's own bar takes the colour of --paper. */
const BAR = {
  light: { media: '(prefers-color-scheme: light)', color: '#fbfaf7' },
  dark: { media: '(prefers-color-scheme: dark)', color: '#0f1216' },
} as const;

export async function generateViewport(): Promise<Viewport> {
  const theme = toTheme((await cookies()).get(APPEARANCE_COOKIES.theme)?.value);
  return { themeColor: theme === 'system' ? [BAR.light, BAR.dark] : BAR[theme].color };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const theme = toTheme(jar.get(APPEARANCE_COOKIES.theme)?.value);
  const density = toDensity(jar.get(APPEARANCE_COOKIES.density)?.value);
  const timeZone = toTimeZone(jar.get(TIME_ZONE_COOKIE)?.value);
  return (
    <html lang="en" className={fontVariables} {...appearanceAttributes(theme, density)}>
      <body>
        <Providers now={Date.now()} timeZone={timeZone}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
