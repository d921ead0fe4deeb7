import { expect, test } from './fixtures/index';
import { PAGES } from './fixtures/pages';
import { type RawAnswer, sendRaw } from './fixtures/raw-http';

/** Headers by which Next, its hosts and proxies tell each other where a request goes; some have let strangers past a middleware. */
const HEADERS: Record<string, string>[] = [
  {},
  // CVE-2025-29927 and the spellings of it.
  ...['middleware', 'src/middleware', 'pages/_middleware', 'proxy', 'src/proxy'].flatMap((name) => [
    { 'x-middleware-subrequest': name },
    { 'x-middleware-subrequest': Array(5).fill(name).join(':') },
  ]),
  { 'x-middleware-subrequest-id': '1' },
  { 'x-middleware-invoke': '1', 'x-middleware-next': '1' },
  { 'x-middleware-rewrite': '/queue', 'x-middleware-override-headers': 'authorization' },
  { 'x-middleware-prefetch': '1', purpose: 'prefetch', 'sec-purpose': 'prefetch' },
  { 'x-nextjs-data': '1' },
  { 'x-invoke-path': '/queue', 'x-invoke-status': '200', 'x-invoke-output': '/queue', 'x-invoke-query': '{}' },
  { 'x-matched-path': '/queue', 'x-now-route-matches': '1=queue' },
  { 'x-original-url': '/queue', 'x-rewrite-url': '/queue' },
  { 'x-prerender-revalidate': '1', 'x-prerender-bypass-mode': 'static' },
  // What the router of the browser sends.
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-prefetch': '2', 'next-router-segment-prefetch': '/_tree' },
  { rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(['', { children: ['__PAGE__', {}] }])) },
  { rsc: '1', 'next-hmr-refresh': '1', 'next-url': '/queue' },
  // What only the server in front of Next may say, and credentials that are none.
  { 'x-countersign-path': '/login', 'x-countersign-peer': '127.0.0.1', 'x-nonce': 'mine' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost', 'x-forwarded-proto': 'https' },
  { 'x-user-rbac-role': 'owner' },
  { authorization: 'Bearer csk_live_00000000000000000000000000_none' },
  { cookie: 'countersign.session-token=eyJhbGciOiJub25lIn0.e30.; next-auth.session-token=x' },
];

/** Other spellings of a page's address. */
const spellings = (path: string): string[] => [
  `/_next/data/build${path}.json`,
  `${path}.json`,
  `${path}.rsc`,
  `${path}.prefetch.rsc`,
  `${path}.segments/_tree.segment.rsc`,
  `${path}?_rsc=1`,
  `${path}?__nextDataReq=1`,
  `${path}/`,
  `/${path}`,
  `/login/..${path}`,
  `/_next/static/..${path}`,
  `/_next/static/%2e%2e/%2e%2e${path}`,
  `/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`,
  `/(console)${path}`,
  `/en${path}`,
  path.toUpperCase(),
  path.replace('/', '/%2F'),
  `${path}%00`,
  `${path};x=.css`,
];

test('without a session no page gives anything away, whatever the headers and however it is spelled', async ({
  company,
  signIn,
}) => {
  const ada = await company.hire('Ada Okafor-Unmistakable', { role: 'owner' });
  const { request_id } = await company.ask({
    title: 'An unmistakable title',
    agent_id: 'unmistakable-agent',
    payload: { note: 'unmistakable payload' },
  });
  await company.keyFor(['requests:read'], ada);
  await signIn(ada);
  const cookie = ada.session?.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') ?? '';
  const secrets = [/unmistakable/i, new RegExp(company.tenantId)];
  const tells = ({ body }: RawAnswer) => secrets.some((secret) => secret.test(body));

  for (const path of [...PAGES.map((page) => page.path), `/requests/${request_id}`]) {
    await test.step(path, async () => {
      const known = await sendRaw(path, { headers: { cookie } });
      expect(known.status).toBe(200);
      expect(tells(known), 'who is signed in sees what a stranger must not').toBe(true);

      const stranger = await sendRaw(path);
      expect(stranger.status).toBe(307);
      expect(stranger.location).toBe(`/login?callbackUrl=${encodeURIComponent(path)}`);

      for (const headers of HEADERS) {
        const answer = await sendRaw(path, { headers });
        expect(tells(answer), `${JSON.stringify(headers)} answered ${answer.status}: ${answer.body}`).toBe(false);
        expect(answer.status, JSON.stringify(headers)).toBeLessThan(500);
      }
      for (const spelling of spellings(path)) {
        const answer = await sendRaw(spelling);
        expect(tells(answer), `${spelling} answered ${answer.status}: ${answer.body}`).toBe(false);
        expect(answer.status, spelling).toBeLessThan(500);
      }
      const action = { 'next-action': '0'.repeat(42), 'content-type': 'text/plain;charset=UTF-8' };
      const acted = await sendRaw(path, { method: 'POST', headers: action });
      expect(tells(acted), `a server action answered ${acted.status}`).toBe(false);
    });
  }
});

test('a page that somebody may not see does not exist for them', async ({ company, signIn, guard }) => {
  guard.allow(404);
  const page = await signIn(await company.hire('Vera Lind', { role: 'viewer' }));
  for (const path of [
    '/settings/members',
    '/settings/keys',
    '/settings/webhooks',
    '/settings/cost-models',
    '/settings/budgets',
    '/settings/flags',
    '/settings/configuration',
    '/settings/emergency-stop',
    '/audit',
    '/policies',
    '/policies/1',
    '/dags/new',
    '/dags/nothing',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeAttached();
  }
  await expect(page.getByRole('link', { name: 'API keys' })).toHaveCount(0);
});
