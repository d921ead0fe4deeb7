import type { ConfigBody, ConfigDifferences, ConfigReport } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { countDifferences, findDifferences } from '@/lib/domain/config';
import { AppError } from '@/lib/domain/errors';
import { compileAhead } from '@/lib/platform/cel';
import { appendAudit, databaseNow, inTenant, lockBudgets, lockPeople, type Tx } from '@/lib/platform/db';
import { askForSignoff } from '../flags';
import { forgetTenantConfig } from '../policy';
import { identifyItems, SECTION_NAMES, sectionNamed, sectionsOf, tidyBody, type Work } from './sections';
import { describeAsDocument } from './source';

export interface VersionedConfig {
  text: string;
  /** The configuration's version as an entity tag (RFC 9110 §8.8.3). */
  etag: string;
}

/**
 * The whole configuration of the actor's tenant as a document: the one that was applied last, as far as it is still so, with what changed
 * since put into it. All of it is of one version.
 * @throws AppError `tenant/not-found`.
 */
export function getConfig({ tenantId }: Actor): Promise<VersionedConfig> {
  return inTenant({ tenantId }, async (tx) => {
    const version = await holdVersion(tx, tenantId);
    const now = await readConfig(tx, tenantId);
    const source = await tx.configSource.findUnique({ where: { tenantId } });
    return { text: describeAsDocument(tenantId, now, source?.text ?? null), etag: `"${version}"` };
  });
}

/** What the database says, section by section, without what goes without saying. */
export async function readConfig(tx: Tx, tenantId: string): Promise<Record<string, unknown>> {
  const config: Record<string, unknown> = {};
  for (const name of SECTION_NAMES) {
    const { read, tidy } = sectionNamed(name);
    config[name] = tidy(await read(tx, tenantId));
  }
  return config;
}

/** Where a document and the database differ, for the sections that it speaks of. */
export function compareConfig(now: Record<string, unknown>, wanted: Record<string, unknown>): ConfigDifferences[] {
  return Object.keys(wanted).flatMap((section) => {
    const found = findDifferences(now[section], wanted[section], identifyItems, [section]);
    return countDifferences(found) === 0 ? [] : [{ section, ...found } as ConfigDifferences];
  });
}

/**
 * Refuses what no schema sees: rules that are not sound, rows that say who they speak for twice.
 * @throws AppError `input/invalid` with pointers into the document.
 */
export async function checkConfig(tenantId: string, body: ConfigBody): Promise<void> {
  for (const name of sectionsOf(body)) await sectionNamed(name).check(body[name], tenantId);
}

export interface ConfigWish {
  body: ConfigBody;
  /** The document as it was written, where it was one of YAML. */
  text: string | null;
  dryRun: boolean;
  reason: string | null;
}

/**
 * Makes the configuration what a document says, in one transaction, or with `dryRun` says what would change, or why it cannot. Sections that it
 * does not speak of stay as they are, and so does everything where nothing differs.
 * @throws AppError `config/changed` (412) where `call.ifMatch` was sent; `input/invalid`; `flag/change-pending`; `auth/step-up-required` when
 *   rules change by a session whose sign-in is older than five minutes; `access/forbidden` when the credential has ended.
 */
export async function putConfig(
  actor: Actor,
  wish: ConfigWish,
  call: Call,
): Promise<{ report: ConfigReport; etag: string }> {
  const { body, dryRun, reason } = wish;
  const { tenantId } = actor;
  await checkConfig(tenantId, body);
  if (!dryRun && body.policy_set) await compileAhead(body.policy_set.rules.map(({ when }) => when));
  const { sections, version, outcome } = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await holdVersion(tx, tenantId);
    if (call.ifMatch !== null && call.ifMatch !== '*' && call.ifMatch !== `"${before}"`) {
      throw new AppError('config/changed');
    }
    const now = await readConfig(tx, tenantId);
    const sections = compareConfig(now, tidyBody(body));
    const outcome: Work['outcome'] = { policyVersion: null, asked: [], waits: [] };
    const differing = sectionsOf(body).filter((name) => sections.some(({ section }) => section === name));
    if (dryRun) {
      for (const name of differing) await sectionNamed(name).foresee?.(tx, tenantId, body[name]);
      return { sections, version: before, outcome };
    }
    if (wish.text !== null) await keepSource(tx, actor, wish.text);
    if (sections.length === 0) return { sections, version: before, outcome };
    // Whoever reports an outcome holds budgets first and the audit log then: so does everybody.
    if (differing.includes('budgets')) await lockBudgets(tx, tenantId);
    const version = before + 1n;
    let changed = false;
    for (const name of differing) {
      const wrote = await sectionNamed(name).apply({ tx, actor, version, reason, outcome }, body[name]);
      changed ||= wrote;
    }
    // What differs still is a flag whose change waits already: whoever applies the same file every hour changes nothing by it.
    if (!changed) return { sections, version: before, outcome };
    await tx.$executeRaw`UPDATE tenants SET config_version = ${version}::bigint WHERE tenant_id = ${tenantId}`;
    await appendAudit(tx, actor, tenantId, {
      action: 'config.applied',
      targetKind: 'tenant',
      targetId: tenantId,
      data: { reason, sections: sections.map(summarise) },
    });
    return { sections, version, outcome };
  });
  if (!dryRun && sections.length > 0) forgetTenantConfig(tenantId);
  await askForSignoff(actor, outcome.asked, reason, call);
  const pending = outcome.waits.map(({ key, environment, requestId }) => ({
    flag: key,
    environment,
    request_id: requestId,
  }));
  const report = {
    tenant_id: tenantId,
    dry_run: dryRun,
    sections,
    policy_version: outcome.policyVersion,
    pending,
  };
  return { report, etag: `"${version}"` };
}

function summarise({ section, added, changed, removed }: ConfigDifferences) {
  return { section, added: added.length, changed: changed.length, removed: removed.length };
}

/** The configuration's version, which stays until the transaction ends. */
async function holdVersion(tx: Tx, tenantId: string): Promise<bigint> {
  const [tenant] = await tx.$queryRaw<{ version: bigint }[]>`
    SELECT config_version AS version FROM tenants WHERE tenant_id = ${tenantId} FOR SHARE`;
  if (tenant === undefined) throw new AppError('tenant/not-found');
  return tenant.version;
}

/** Remembers how the document is written, and by whom, unless that is how it was. */
async function keepSource(tx: Tx, actor: Actor, text: string): Promise<void> {
  const { tenantId } = actor;
  if ((await tx.configSource.findUnique({ where: { tenantId } }))?.text === text) return;
  const row = {
    text,
    updatedAt: await databaseNow(tx),
    updatedBy: credentialId(actor),
    updatedByName: actor.name,
  };
  await tx.configSource.upsert({ where: { tenantId }, create: { tenantId, ...row }, update: row });
}
