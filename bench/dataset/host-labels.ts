/** What the metrics of a service that many hosts run are labelled with, in the datasets of the benches. */
export const PATHS = [
  'orders',
  'orders/items',
  'cart',
  'search',
  'products',
  'profile',
  'health',
  'checkout',
  'static',
  'pay',
];
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
export const STATUSES = ['200', '201', '404', '500', '304'];
/** Upper bounds of a histogram's buckets. */
export const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];
const REGIONS = 10;
const JOBS = 20;

export function hostLabels(instance: number): Readonly<Record<'instance' | 'job' | 'region', string>> {
  const region = `region-${instance % REGIONS}`;
  return {
    instance: `host-${String(instance).padStart(5, '0')}.${region}.prod.internal:9100`,
    job: `job-${Math.floor(instance / REGIONS) % JOBS}`,
    region,
  };
}
