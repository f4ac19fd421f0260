/** When which alerts fired: marked on every chart. */
export const firingQuery = 'max by (alertname, severity) (ALERTS{alertstate="firing"})';
