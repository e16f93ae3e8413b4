import type { NextConfig } from 'next'

/** Headers that never depend on the request; those that do are set by `src/proxy.ts`. */
const FIXED_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value:
      'accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
  },
]

const config: NextConfig = {
  poweredByHeader: false,
  // Stripe takes a redirect for a failure: both forms of a path are answered where they are asked.
  skipTrailingSlashRedirect: true,
  reactStrictMode: true,
  // Types are checked once, over the whole repository and its tests, by `tsc`; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  // The cron of `npm run dev` calls every few seconds.
  logging: { incomingRequests: { ignore: [/^\/api\/billing\/outbox/] } },
  // No picture of ours is resized, so the endpoint that fetches and resizes is not there.
  images: { unoptimized: true },
  experimental: {
    // A form of ours is a few hundred bytes; Next's default is 1 MB.
    serverActions: { bodySizeLimit: '64kb', allowedOrigins: [] },
  },
  headers: async () => [{ source: '/:path*', headers: FIXED_HEADERS }],
}

export default config
