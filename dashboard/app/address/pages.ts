/** The pages, in the order of the navigation; the server opens the app at each of these paths and below. */
export const pages = [
  { path: '/', name: 'Overview', title: 'Business over usage over system, on one time axis' },
  { path: '/dashboards', name: 'Dashboards', title: 'Dashboards kept as files' },
  { path: '/explore', name: 'Explore', title: 'Ask in PromQL' },
  { path: '/alerts', name: 'Alerts', title: 'Alerts, rules, silences and receivers' },
  { path: '/logs', name: 'Logs', title: 'Log lines by service, level, text and time' },
  { path: '/catalogue', name: 'Metrics', title: 'Which metrics there are, their units, owners and size' },
  { path: '/system', name: 'System', title: 'The parts of Tocsin and how they are' },
] as const;

export type PagePath = (typeof pages)[number]['path'];
