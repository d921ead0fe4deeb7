'use client';

import { useEmergencyStop } from '@/components/live/emergency-stop';
import { ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { useClock } from '@/components/ui/clock';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Notice } from '@/components/ui/notice';
import { PayloadTree } from '@/components/ui/payload-tree';
import { Section } from '@/components/ui/section';
import { SignatureLine } from '@/components/ui/signature-line';
import { type Signer, toSignatureSlots } from '@/components/ui/signature-slots';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { ApprovalRequestResource, EligibleApproversResource } from '@/lib/contracts';
import { isOpen, usedLevel } from '@/lib/domain/approval';
import { actionsOn, stateAt } from './actions';
import { Asked } from './asked';
import { BudgetDraws } from './budget-draws';
import { Deciders } from './deciders';
import { DecisionBar } from './decision-bar';
import { Deliveries } from './deliveries';
import { Answers } from './form/answers';
import { Links } from './links';
import { Precedents } from './precedents';
import { RequestHead } from './request-head';
import { RequestSkeleton } from './request-skeleton';
import { Timeline } from './timeline';
import { useAnnounceEnding } from './use-announce-ending';
import { useEligible, useRequest } from './use-request';
import type { Viewer } from './viewer';
import { Why } from './why';

export interface RequestViewProps {
  id: string;
  viewer: Viewer;
  /** `h1` on its own page, `h2` beside the queue. */
  heading: 'h1' | 'h2';
}

/** Everything needed to judge one request, on one screen; beside the queue and on its own page. */
export function RequestView({ id, ...rest }: RequestViewProps) {
  const { data: request, error, refetch, isFetching } = useRequest(id);
  if (request) return <Loaded key={id} request={request} {...rest} />;
  if (isApiProblem(error, 'request/not-found')) {
    return (
      <EmptyState title="This request is not here" action={<ButtonLink href="/queue">Go to the queue</ButtonLink>}>
        It may belong to another tenant, or the address is not whole.
      </EmptyState>
    );
  }
  if (error) {
    return (
      <ErrorState
        title="The request could not be loaded"
        onRetry={() => void refetch()}
        retrying={isFetching}
        requestId={isApiProblem(error) ? error.requestId : null}
      >
        {error.message}
      </ErrorState>
    );
  }
  return <RequestSkeleton />;
}

function Loaded({ request, viewer, heading }: Omit<RequestViewProps, 'id'> & { request: ApprovalRequestResource }) {
  const { data: eligible, isError: eligibleUnread } = useEligible(request);
  useAnnounceEnding(request, viewer);
  // The clock decides when the time is up; nobody has to write it down first.
  const isUp = useClock((nowMs) => nowMs >= Date.parse(request.expires_at));
  const nowMs = isUp ? Number.POSITIVE_INFINITY : 0;
  const state = stateAt(request, nowMs);
  const stop = useEmergencyStop();
  const actions = actionsOn(request, viewer, nowMs, { eligible, stopped: stop?.active ?? false });
  const open = isOpen(state);
  const slots = toSignatureSlots({ ...request, status: state }, { canSign: actions.approve.able, level: viewer.level });
  const signing = actions.approve.able ? usedLevel(viewer.level, request.required_level, undefined) : null;
  return (
    <article aria-label={request.title} className="flex flex-1 flex-col">
      <div className="flex-1 px-4.5 pt-4.5 pb-10 rail:px-10 rail:pt-7">
        <div
          className={cx(
            'grid max-w-190 gap-7 *:min-w-0',
            heading === 'h1' &&
              'wide:max-w-275 wide:grid-cols-[minmax(0,1fr)_20rem] wide:grid-rows-[auto_1fr] wide:gap-x-12',
          )}
        >
          <div className="grid gap-7 *:min-w-0">
            <RequestHead
              request={request}
              state={state}
              signing={signing}
              reachable={eligible?.reachable ?? true}
              heading={heading}
            />
            {open && stop?.active ? (
              <Notice tone="no" title="The emergency stop is on">
                Nothing is approved until an owner ends it; rejecting and cancelling work.
                {stop.reason ? (
                  <>
                    {' '}
                    <q>
                      <VisibleText text={stop.reason} />
                    </q>
                  </>
                ) : null}
              </Notice>
            ) : null}
            <SignatureLine
              id={request.request_id}
              slots={slots}
              {...(open && eligible ? { signers: toSigners(eligible, viewer) } : {})}
            />
            <Why request={request} />
            <BudgetDraws request={request} />
            <Section tone="quiet" title="Payload">
              <PayloadTree payload={request.payload} />
            </Section>
            {request.approval_data === null ? null : (
              <Section tone="quiet" title="Answers">
                <Answers form={request.checkpoint?.inputs_schema ?? null} answers={request.approval_data} />
              </Section>
            )}
            <Links links={request.links} />
            {open ? <Deciders request={request} eligible={eligible} unread={eligibleUnread} viewer={viewer} /> : null}
          </div>
          <div
            className={cx(
              'grid content-start gap-7 *:min-w-0',
              heading === 'h1' && 'wide:col-start-2 wide:row-span-2 wide:row-start-1',
            )}
          >
            {request.kind === 'policy' && (open || heading === 'h1') ? (
              <Precedents request={request} viewer={viewer} />
            ) : null}
            <Asked request={request} />
          </div>
          <div className="grid content-start gap-7 *:min-w-0">
            <Timeline request={request} />
            <Deliveries request={request} viewer={viewer} />
          </div>
        </div>
      </div>
      <DecisionBar request={request} viewer={viewer} actions={actions} undecided={open} />
    </article>
  );
}

function toSigners({ eligible }: EligibleApproversResource, viewer: Viewer): Signer[] {
  return eligible.map(({ approver_id, level }) => ({ level, you: approver_id === viewer.userId }));
}
