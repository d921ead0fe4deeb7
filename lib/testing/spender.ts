/**
 * A process that spends: it does what the one that started it says, with pools, caches and connections of its own. It is bundled and run by
 * `startSpender`; nothing imports it.
 */
import type { CreateRequestBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { closeNotifier } from '@/lib/platform/notify';
import { getPolicyConfig } from '@/lib/services/policy';
import { commandRequest, createRequest, reportOutcome } from '@/lib/services/requests';
import type { SpenderAct, SpenderAnswer } from './spender-process';

async function act({ actor, does, ...rest }: SpenderAct): Promise<string> {
  try {
    if (does === 'look') return String((await getPolicyConfig(actor.tenantId))?.budgets.length);
    if (does === 'create') {
      const { request } = await createRequest(actor, rest.body as CreateRequestBody, NO_CALL);
      return request.status;
    }
    const id = rest.requestId ?? '';
    if (does === 'approve') return (await commandRequest(actor, id, { type: 'approve' }, NO_CALL)).status;
    return (await reportOutcome(actor, id, { result: 'failed' }, NO_CALL)).outcome?.result ?? 'none';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

process.on('message', (message: { n: number; act: Omit<SpenderAct, 'actor'> & { actor: SpenderAct['actor'] } }) => {
  const permissions = new Set(message.act.actor.permissions as unknown as readonly never[]);
  const began = performance.timeOrigin + performance.now();
  void act({ ...message.act, actor: { ...message.act.actor, permissions } }).then((said) => {
    const answer: SpenderAnswer = { said, began, ended: performance.timeOrigin + performance.now() };
    process.send?.({ n: message.n, answer });
  });
});
process.on('disconnect', () => void closeNotifier().finally(() => process.exit(0)));
process.send?.('ready');
