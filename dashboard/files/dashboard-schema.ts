import { z } from 'zod';
import { parseUnit } from './parse-unit.ts';

/** The number of columns a section is divided into. */
export const COLUMNS = 12;

const name = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, 'expected letters, digits and _, beginning with a letter');
const title = z.string().max(200);
const expression = z.string().min(1).max(20_000);
const unit = z
  .string()
  .refine(
    (text) => parseUnit(text) !== null,
    'expected a unit such as seconds, bytes/s, EUR/min, percent or none',
  );
const webAddress = z
  .string()
  .max(4096)
  .regex(/^(https?:\/\/|\/(?!\/))/, 'expected an address that begins with https://, http:// or /');

const query = z.union([
  expression,
  z.strictObject({
    expr: expression,
    /** A template with `{{label}}`; empty names series by their labels. */
    legend: z.string().max(500).default(''),
  }),
]);
const queries = z.array(query).min(1).max(26);

const threshold = z.strictObject({
  value: z.number(),
  tone: z.enum(['good', 'warn', 'bad']).default('bad'),
});

const shared = {
  title: title.default(''),
  help: z.string().max(2000).default(''),
  width: z.int().min(1).max(COLUMNS).optional(),
  /** In pixels of the drawing. */
  height: z.int().min(60).max(2000).optional(),
  /** Drawn once for each chosen value of this variable. */
  repeat: name.optional(),
  links: z
    .array(z.strictObject({ title, url: webAddress }))
    .max(20)
    .default([]),
};
const drawn = { ...shared, unit: unit.default('none'), decimals: z.int().min(0).max(10).optional() };
const reduce = z.enum(['last', 'mean', 'min', 'max', 'sum']).default('last');

export const panelSchema = z.discriminatedUnion('draw', [
  z.strictObject({
    draw: z.literal('timeseries'),
    ...drawn,
    queries,
    look: z.enum(['lines', 'area', 'stacked', 'bars']).default('lines'),
    min: z.number().optional(),
    max: z.number().optional(),
    thresholds: z.array(threshold).max(10).default([]),
  }),
  z.strictObject({
    draw: z.literal('stat'),
    ...drawn,
    queries,
    reduce,
    trend: z.boolean().default(true),
    thresholds: z.array(threshold).max(10).default([]),
  }),
  z.strictObject({
    draw: z.literal('gauge'),
    ...drawn,
    queries,
    min: z.number().default(0),
    max: z.number().default(1),
    thresholds: z.array(threshold).max(10).default([]),
  }),
  z.strictObject({ draw: z.literal('bar'), ...drawn, queries, most: z.int().min(1).max(100).default(20) }),
  z.strictObject({
    draw: z.literal('table'),
    ...drawn,
    queries,
    most: z.int().min(1).max(1000).default(100),
  }),
  z.strictObject({ draw: z.literal('heatmap'), ...drawn, queries: queries.max(1) }),
  z.strictObject({
    draw: z.literal('logs'),
    ...shared,
    service: z.string().max(500).default(''),
    level: z.string().max(50).default(''),
    text: z.string().max(4096).default(''),
    most: z.int().min(1).max(1000).default(100),
  }),
  z.strictObject({
    draw: z.literal('alerts'),
    ...shared,
    /** Only alerts that have all of these labels. */
    labels: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({ draw: z.literal('text'), ...shared, markdown: z.string().max(50_000) }),
  z.strictObject({
    draw: z.literal('slo'),
    ...shared,
    /** What counts as bad and what counts at all, as rates over `$span`. */
    errors: expression,
    total: expression,
    /** The share that must be good, such as 0.999. */
    objective: z.number().gt(0).lt(1),
    window: z
      .string()
      .regex(/^\d{1,4}[hdw]$/, 'expected a span such as 30d')
      .default('30d'),
  }),
  z.strictObject({ draw: z.literal('funnel'), ...shared, queries: queries.max(1) }),
  z.strictObject({
    draw: z.literal('stickiness'),
    ...shared,
    /** How many were active in a day, and in a month. */
    daily: expression,
    monthly: expression,
  }),
]);

const sectionSchema = z.strictObject({
  title: title.default(''),
  layer: z.enum(['business', 'usage', 'system']).optional(),
  repeat: name.optional(),
  collapsed: z.boolean().default(false),
  panels: z.array(panelSchema).max(200).default([]),
});

export const variableSchema = z.strictObject({
  name,
  label: title.optional(),
  /** The values of this label, of the series that match `of` when that is given. */
  values_of: z.string().min(1).max(500).optional(),
  of: expression.optional(),
  /** The values themselves. */
  values: z.array(z.string().max(500)).max(500).optional(),
  /** Anything the reader types. */
  free: z.boolean().default(false),
  default: z.union([z.string(), z.array(z.string())]).optional(),
  multi: z.boolean().default(false),
  all: z.boolean().default(false),
});

/** A dashboard as people write it: one YAML file each. */
export const dashboardSchema = z.strictObject({
  title: title.min(1),
  description: z.string().max(5000).default(''),
  tags: z.array(z.string().max(50)).max(50).default([]),
  time: z
    .strictObject({
      last: z
        .string()
        .regex(/^\d{1,6}[smhdw]$/, 'expected a span such as 6h')
        .optional(),
      refresh: z.union([z.literal(0), z.literal(5), z.literal(15), z.literal(60), z.literal(300)]).optional(),
    })
    .default({}),
  variables: z.array(variableSchema).max(50).default([]),
  links: z
    .array(z.strictObject({ title, url: webAddress }))
    .max(50)
    .default([]),
  annotations: z
    .array(z.strictObject({ title, expr: expression, legend: z.string().max(500).default('') }))
    .max(20)
    .default([]),
  panels: z.array(panelSchema).max(200).default([]),
  sections: z.array(sectionSchema).max(100).default([]),
});

export type Dashboard = z.output<typeof dashboardSchema>;
export type DashboardSource = z.input<typeof dashboardSchema>;
export type DashboardPanel = z.output<typeof panelSchema>;
export type DashboardVariable = z.output<typeof variableSchema>;
export type DashboardSection = z.output<typeof sectionSchema>;
export type PanelOf<Draw extends DashboardPanel['draw']> = Extract<DashboardPanel, { readonly draw: Draw }>;
