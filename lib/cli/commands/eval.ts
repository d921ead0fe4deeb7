import type { Command } from 'commander';
import type { BodyInputOf, EvaluationRefusal, evaluatePolicy, evaluatePolicyBatch, ResponseOf } from '@/lib/contracts';
import type { Cli } from '../cli';
import { CommandFailure } from '../command-failure';
import { readJsonInput } from '../input-file';
import { plainLine } from '../terminal/plain-text';

type Answer = ResponseOf<typeof evaluatePolicy>;

interface Options {
  json?: boolean;
  file: string;
  exitCode?: boolean;
}

/** `eval`: what policy would answer. Nothing is changed, and nothing is asked. */
export function addEval(program: Command, cli: Cli): void {
  program
    .command('eval')
    .summary('what policy would answer')
    .description('Asks policy about the body of an evaluation, or a list of them, and changes nothing.')
    .requiredOption('-f, --file <file>', 'the evaluation as JSON; - reads standard input')
    .option('--exit-code', 'end with 1 unless everything is allowed')
    .action(async (_: unknown, command: Command) => {
      const { json, file, exitCode } = command.optsWithGlobals<Options>();
      const asked = await readJsonInput(cli, file);
      const client = await cli.client();
      // The server is the one that says what is wrong with a body.
      const items = Array.isArray(asked)
        ? (
            await cli.patiently(() =>
              client.evaluatePolicyBatch({ body: { items: asked } as BodyInputOf<typeof evaluatePolicyBatch> }),
            )
          ).data
        : null;
      const answers: (Answer | EvaluationRefusal)[] = items ?? [
        await cli.patiently(() => client.evaluatePolicy({ body: asked as BodyInputOf<typeof evaluatePolicy> })),
      ];
      if (json) cli.json(items ?? answers[0]);
      else cli.stdout.write(answers.map(describeAnswer).join('\n'));
      const unanswered = answers.filter((answer) => 'problem' in answer).length;
      if (unanswered > 0) throw new CommandFailure(`${unanswered} of ${answers.length} were not answered`);
      const decisions = answers.flatMap((answer) => ('problem' in answer ? [] : answer.decision));
      const refused = decisions.filter((decision) => decision !== 'allow');
      if (exitCode && refused.length > 0) throw new CommandFailure(`Not allowed: ${refused.join(', ')}`);
    });
}

function describeAnswer(answer: Answer | EvaluationRefusal): string {
  if ('problem' in answer) {
    const { title, detail, code } = answer.problem;
    return `no answer\n  ${plainLine(detail ?? title)} (${plainLine(code)})\n`;
  }
  const { decision, approval_level_required: level, min_approvals: min, simulated_cost_cents: cents } = answer;
  const lines = [
    decision + (level === null ? '' : ` at level ${level}${min > 1 ? `, ${min} approvals` : ''}`),
    ...answer.reasons.map((reason) => `  ${plainLine(reason)}`),
    ...answer.matched_rules.map(({ rule_id, effect }) => `  rule ${plainLine(rule_id)}: ${effect}`),
    ...answer.violations.map(({ type, message }) => `  ${type}: ${plainLine(message)}`),
    ...answer.errors.map((error) => `  failed: ${plainLine(JSON.stringify(error))}`),
    ...(cents === null ? [] : [`  cost: ${(cents / 100).toFixed(2)}`]),
    `  policy: ${answer.policy_version ?? 'levels'}`,
  ];
  return `${lines.join('\n')}\n`;
}
