import { defineCatalogue } from './define-catalogue.ts'

/**
 * What is sold, and what each thing opens. This is the one file to edit when prices or features change.
 *
 * - A price is known to Stripe by its `lookupKey`, never by its id, so test and live mode share this file.
 * - Amounts are in the currency's minor unit (cents), as Stripe counts them.
 * - To change what a plan opens for future buyers only, add a version and point its prices at it under new
 *   lookup keys: rows that were bought under the old version keep the old terms.
 */
export const catalogue = defineCatalogue({
  currency: 'eur',
  features: {
    projects: { name: 'Projects', description: 'Keep every piece of work in a place of its own' },
    insights: { name: 'Insights', description: 'Revenue, churn and cohorts, drawn from your own data' },
    export: { name: 'Export', description: 'Take everything with you as CSV or JSON' },
    api: { name: 'API access', description: 'Read and write from your own code' },
    audit_log: { name: 'Audit log', description: 'Who did what, and when' },
    priority_support: { name: 'Priority support', description: 'An answer within four working hours' },
  },
  limits: {
    projects: { name: 'Projects', combine: 'max' },
    seats: { name: 'Seats', combine: 'add' },
    api_calls: { name: 'API calls a month', combine: 'add' },
  },
  free: {
    name: 'Free',
    tagline: 'To look around',
    features: ['projects'],
    limits: { projects: 3, seats: 1 },
  },
  plans: {
    pro: {
      name: 'Pro',
      tagline: 'For people who decide by numbers',
      recommended: true,
      kind: 'subscription',
      versions: {
        1: {
          features: ['projects', 'insights', 'export', 'api'],
          limits: { projects: 50, seats: 1, api_calls: 100_000 },
        },
      },
      prices: [
        { lookupKey: 'tollgate_pro_monthly_v1', version: 1, interval: 'month', unitAmount: 1900 },
        { lookupKey: 'tollgate_pro_yearly_v1', version: 1, interval: 'year', unitAmount: 19000 },
      ],
    },
    team: {
      name: 'Team',
      tagline: 'For everyone around the table',
      kind: 'subscription',
      trialDays: 14,
      seats: { min: 2, max: 200 },
      versions: {
        1: {
          features: ['projects', 'insights', 'export', 'api', 'audit_log', 'priority_support'],
          limits: { projects: 500, seats: 'quantity', api_calls: 1_000_000 },
        },
      },
      prices: [
        { lookupKey: 'tollgate_team_monthly_v1', version: 1, interval: 'month', unitAmount: 1200 },
        { lookupKey: 'tollgate_team_yearly_v1', version: 1, interval: 'year', unitAmount: 12000 },
      ],
    },
    audit: {
      name: 'Audit log for Pro',
      tagline: 'Who did what, without the rest of Team',
      kind: 'subscription',
      addOnTo: ['pro'],
      versions: { 1: { features: ['audit_log'], limits: {} } },
      prices: [
        { lookupKey: 'tollgate_audit_monthly_v1', version: 1, interval: 'month', unitAmount: 700 },
        { lookupKey: 'tollgate_audit_yearly_v1', version: 1, interval: 'year', unitAmount: 7000 },
      ],
    },
    pass: {
      name: '30-day pass',
      tagline: 'Pro for one project, without a subscription',
      kind: 'one_time',
      durationDays: 30,
      versions: {
        1: { features: ['projects', 'insights', 'export'], limits: { projects: 50, seats: 1 } },
      },
      prices: [{ lookupKey: 'tollgate_pass_30_days_v1', version: 1, interval: null, unitAmount: 2500 }],
    },
    lifetime: {
      name: 'Lifetime',
      tagline: 'Pay once, keep Pro',
      kind: 'one_time',
      durationDays: null,
      versions: {
        1: {
          features: ['projects', 'insights', 'export', 'api'],
          limits: { projects: 50, seats: 1, api_calls: 100_000 },
        },
      },
      prices: [{ lookupKey: 'tollgate_lifetime_v1', version: 1, interval: null, unitAmount: 49000 }],
    },
    api_pack: {
      name: 'API pack',
      tagline: '50,000 more calls a month, as often as you like',
      kind: 'one_time',
      durationDays: null,
      repeatable: true,
      versions: { 1: { features: [], limits: { api_calls: 50_000 } } },
      prices: [{ lookupKey: 'tollgate_api_pack_v1', version: 1, interval: null, unitAmount: 3900 }],
    },
  },
})

/** The name of a feature: a misspelt gate does not compile. */
export type Feature = keyof typeof catalogue.features

/** The name of a limit. */
export type Limit = keyof typeof catalogue.limits

/** The key of a plan that can be bought. */
export type PlanKey = keyof typeof catalogue.plans
