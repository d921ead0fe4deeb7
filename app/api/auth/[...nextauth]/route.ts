export { serveAuth as GET, serveAuth as POST } from '@/lib/http/sign-in-door';
