import type { PersonName } from './people';

interface Definition {
  name: string;
  by: PersonName;
  /** As somebody writes it, with comments. */
  yaml: string;
}

/** What the company's runs execute. */
export const DAGS = [
  {
    name: 'weekly_payment_run',
    by: 'marek',
    yaml: `name: weekly_payment_run
description: Collects what is due, lets finance agree to the sum, and hands the file to the bank
tasks:
  - id: collect
    workflow_ref: transform
    params:
      expressions:
        invoices: size(params.invoices)
        total_cents: params.total_cents
        # Those that finance looks at one by one.
        large: params.invoices.filter(i, i.amount_cents > 500000).map(i, i.number)
  - id: agree
    type: checkpoint
    depends_on: [collect]
    prompt: Release this week’s payments?
    required_role: Admin
    # What the bank wants to know with the file.
    inputs:
      properties:
        value_date: { type: string, format: date, title: Value date }
        account: { type: string, enum: [Operating, Reserve], title: From which account, default: Operating }
        note: { type: string, format: multiline, maxLength: 400, title: Note for the bank }
      required: [value_date, account]
  - id: release
    workflow_ref: echo
    risk: high
    depends_on: [agree]
    params: { channel: bank-file }
  - id: report
    workflow_ref: echo
    depends_on: [release]
    params: { to: finance@northwind.example }
`,
  },
  {
    name: 'access_review',
    by: 'marek',
    yaml: `name: access_review
description: Once a quarter, who still needs what they were given
tasks:
  - id: list_grants
    workflow_ref: echo
    params: { older_than_days: 90 }
  - id: review
    type: checkpoint
    depends_on: [list_grants]
    prompt: Withdraw the access that nobody has used?
    required_role: Admin
    inputs:
      properties:
        keep: { type: string, title: Keep these, description: 'Accounts that stay, separated by commas' }
  - id: withdraw
    workflow_ref: echo
    risk: high
    depends_on: [review]
`,
  },
  {
    name: 'campaign_scale_up',
    by: 'tom',
    yaml: `name: campaign_scale_up
description: More nodes before a campaign, and back again
tasks:
  - id: forecast
    workflow_ref: echo
  - id: go
    type: checkpoint
    depends_on: [forecast]
    prompt: Scale the search cluster up for the campaign?
    required_role: Operator
    # Without a yes the campaign goes on with what there is.
    on_reject: skip
  - id: scale
    workflow_ref: echo
    risk: high
    depends_on: [go]
`,
  },
] as const satisfies readonly Definition[];

export type DagName = (typeof DAGS)[number]['name'];
