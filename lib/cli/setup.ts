import { closeDatabases } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { setUp } from '@/lib/services/setup';

/**
 * What every start runs between the migrations and the server: the first owner, tenant and bootstrap key, where there are none. The last
 * line of standard output is JSON for the supervisor; what it contains of secrets was generated just now and is nowhere else.
 */
async function main(): Promise<void> {
  const settings = env();
  try {
    const { created, tenant, ownerEmail, ownerPassword, bootstrapKey } = await setUp({
      tenant: settings.COUNTERSIGN_TENANT,
      ownerEmail: settings.COUNTERSIGN_OWNER_EMAIL ?? null,
      ownerPassword: settings.COUNTERSIGN_OWNER_PASSWORD ?? null,
      bootstrapKey: settings.COUNTERSIGN_BOOTSTRAP_KEY ?? null,
    });
    const line = {
      created,
      tenant,
      owner_email: ownerEmail,
      owner_password: ownerPassword,
      bootstrap_key: bootstrapKey,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    await closeDatabases();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
