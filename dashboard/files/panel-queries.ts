import type { DashboardPanel, PanelOf } from './dashboard-schema.ts';

export interface NamedQuery {
  readonly expr: string;
  readonly legend: string;
}

/** A panel's queries, those written short included. */
export const queriesOf = (queries: readonly (string | NamedQuery)[]): readonly NamedQuery[] =>
  queries.map((query) => (typeof query === 'string' ? { expr: query, legend: '' } : query));

/** Of those who came in a month, the share that came on a day. */
export const stickinessOf = ({ daily, monthly }: Pick<PanelOf<'stickiness'>, 'daily' | 'monthly'>): string =>
  `(${daily}) / (${monthly})`;

/** Every expression a panel asks, with where it stands below the panel. */
export function expressionsOf(
  panel: DashboardPanel,
): readonly { readonly path: readonly (string | number)[]; readonly expr: string }[] {
  switch (panel.draw) {
    case 'logs':
    case 'alerts':
    case 'text':
      return [];
    case 'slo':
      return [
        { path: ['errors'], expr: panel.errors },
        { path: ['total'], expr: panel.total },
      ];
    case 'stickiness':
      return [
        { path: ['daily'], expr: panel.daily },
        { path: ['monthly'], expr: panel.monthly },
      ];
    default:
      return panel.queries.map((query, index) =>
        typeof query === 'string'
          ? { path: ['queries', index], expr: query }
          : { path: ['queries', index, 'expr'], expr: query.expr },
      );
  }
}
