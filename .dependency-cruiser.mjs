// Imports run one way: app, jobs, cli → http | client → services → platform → domain; components → client, contracts, domain; the tools of
// lib/mcp know the client alone, and http and cli give them one.
// Each rule's comment says why it is worth keeping to.

const TESTS = '\\.(test|spec)\\.tsx?$|^lib/testing/|^e2e/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Of two files that need each other neither can be read, tested or moved alone. Move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The domain is decided by what is passed in, time included: so the browser can use it, and a test needs no set-up.',
      severity: 'error',
      from: { path: '^lib/domain/', pathNot: TESTS },
      to: { pathNot: '^lib/domain/' },
    },
    {
      name: 'contracts-are-browser-safe',
      comment:
        'The console, the client and the OpenAPI document are made from the contracts; they may know zod and the domain.',
      severity: 'error',
      from: { path: '^lib/contracts/', pathNot: TESTS },
      to: { pathNot: '^lib/(contracts|domain)/|^node_modules/zod/' },
    },
    {
      name: 'client-is-browser-safe',
      comment: 'The client runs in the browser and in the CLI: fetch, the contracts, and nothing else.',
      severity: 'error',
      from: { path: '^lib/client/', pathNot: TESTS },
      to: { pathNot: '^lib/(client|contracts|domain)/|^node_modules/zod/' },
    },
    {
      name: 'mcp-knows-the-client-only',
      comment:
        'What an agent can do is what the API lets its key do: tools reach the product through the client, wherever they run.',
      severity: 'error',
      from: { path: '^lib/mcp/', pathNot: TESTS },
      to: { path: '^(app|components|scripts|e2e)/|^lib/(?!mcp/|client/|contracts/|domain/|openapi/)' },
    },
    {
      name: 'only-mcp-speaks-the-protocol',
      comment: 'The Model Context Protocol has one room, so that a new revision of it is a change in one place.',
      severity: 'error',
      from: { path: '^(app|components|lib|scripts)/', pathNot: `${TESTS}|^lib/mcp/` },
      to: { path: '^node_modules/@modelcontextprotocol/' },
    },
    {
      name: 'components-know-the-client-only',
      comment:
        'Components reach the product through the API, as every other caller does. Data that a page has read comes as props.',
      severity: 'error',
      from: { path: '^components/', pathNot: TESTS },
      to: { path: '^(app|scripts|e2e)/|^lib/(?!client/|contracts/|domain/)' },
    },
    {
      name: 'components-are-browser-safe',
      comment: 'What imports Node’s own modules cannot run in the browser.',
      severity: 'error',
      from: { path: '^components/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'platform-knows-the-domain-only',
      comment: 'Platform is the outside world behind small doors. What it would need from above is passed to it.',
      severity: 'error',
      from: { path: '^lib/platform/', pathNot: TESTS },
      to: { path: '^(app|components|scripts|e2e)/|^lib/(?!platform/|domain/)' },
    },
    {
      name: 'services-know-no-edges',
      comment: 'A use case does not know who calls it: HTTP, a job, the CLI. What is the edge’s alone stays there.',
      severity: 'error',
      from: { path: '^lib/services/', pathNot: TESTS },
      to: { path: '^(app|components|scripts|e2e)/|^lib/(http|jobs|cli|client|mcp|openapi)/' },
    },
    {
      name: 'services-meet-at-their-doors',
      comment:
        'One service uses another through its index.ts, so that what is behind it can change; a registry in a room may have its own.',
      severity: 'error',
      from: { path: '^lib/services/([^/]+)/', pathNot: TESTS },
      to: { path: '^lib/services/(?!$1/)[^/]+/', pathNot: '^lib/services/[^/]+/(workflows/)?index\\.ts$' },
    },
    {
      name: 'http-knows-no-other-edge',
      comment: 'Jobs and the CLI may use the HTTP room, not the other way round.',
      severity: 'error',
      from: { path: '^lib/http/', pathNot: TESTS },
      to: { path: '^(app|components|scripts|e2e)/|^lib/(jobs|cli|client)/' },
    },
    {
      name: 'only-platform-touches-the-database',
      comment:
        'Prisma, pg, pg-boss and next-auth have one door each, in lib/platform, where tenants and roles are seen to.',
      severity: 'error',
      from: { path: '^(app|components|lib)/', pathNot: `${TESTS}|^lib/platform/` },
      to: { path: '^node_modules/(@prisma|prisma|pg|pg-boss|next-auth|@node-rs/argon2)/|^lib/platform/db/generated/' },
    },
    {
      name: 'only-platform-does-io',
      comment:
        'Files, sockets and processes are behind lib/platform. Entry points of processes are edges and may open what they serve.',
      severity: 'error',
      from: {
        path: '^(app|lib)/',
        pathNot: `${TESTS}|^lib/(platform|cli)/|^lib/http/(server|direct-door|page-door|request-target)\\.ts$|^lib/openapi/write\\.ts$`,
      },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|tls|dns|http|https|http2|dgram|child_process|worker_threads)(/|$)',
      },
    },
    {
      name: 'routes-are-thin',
      comment:
        'A route file passes a handler on; the server finds the same handler without it. Logic here would exist at one door only.',
      severity: 'error',
      from: { path: '^app/.+route\\.ts$' },
      to: { pathNot: '^(@/)?lib/http/|^lib/platform/auth/' },
    },
    {
      name: 'nothing-imports-app',
      comment: 'Pages are leaves. What two of them need is a component.',
      severity: 'error',
      from: { pathNot: '^app/' },
      to: { path: '^app/' },
    },
    {
      name: 'production-imports-no-tests',
      comment: 'What tests need is not shipped.',
      severity: 'error',
      from: { path: '^(app|components|lib|scripts)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-junk-drawers',
      comment:
        'A module named utils, helpers, misc, common or shared says nothing about what is in it. Name it after what it does.',
      severity: 'error',
      from: {},
      to: { path: '/(utils?|helpers?|misc|common|shared)(/|\\.tsx?$|\\.mjs$)', pathNot: '^node_modules/' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^lib/platform/db/generated/(?!client\\.ts$)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
