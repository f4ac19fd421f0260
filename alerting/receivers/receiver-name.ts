/**
 * A receiver's name as Alertmanager hands it to templates and webhooks: what a regular expression would take for more than
 * itself has a backslash before it. Whoever reads `team\.a` there reads it here.
 */
export function receiverName(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
