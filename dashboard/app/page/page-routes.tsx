import { Skeleton } from '@mantine/core';
import { memo, Suspense } from 'react';
import { Link, matchPath, Route, Routes, useLocation } from 'react-router';
import { CrashGuard } from './crash-guard.tsx';
import { createLazyPage } from './lazy-page.tsx';

// Each page is fetched when it is opened: the first download is what all of them have in common.
const lazyPages = [
  ['/', createLazyPage(() => import('./shared-dashboard.tsx'))],
  ['/graph', createLazyPage(() => import('./shared-dashboard.tsx'))],
  ['/dashboards', createLazyPage(() => import('../dashboards/dashboards-page.tsx'))],
  ['/dashboards/:name', createLazyPage(() => import('../dashboards/dashboard-page.tsx'))],
  ['/dashboards/:name/edit', createLazyPage(() => import('../dashboards/edit-page.tsx'))],
  ['/explore', createLazyPage(() => import('../explore/explore-page.tsx'))],
  ['/alerts', createLazyPage(() => import('../alerts/alerts-page.tsx'))],
  ['/alerts/why/:fingerprint', createLazyPage(() => import('../alerts/why-page.tsx'))],
  ['/logs', createLazyPage(() => import('../logs/logs-page.tsx'))],
  ['/catalogue', createLazyPage(() => import('../metrics/catalogue-page.tsx'))],
  ['/system', createLazyPage(() => import('../system/system-page.tsx'))],
] as const;

/** Fetches what the page at an address is drawn by. One that cannot be fetched says so when it is drawn. */
export async function fetchPage(pathname: string): Promise<void> {
  const [, page] = lazyPages.find(([path]) => matchPath(path, pathname) !== null) ?? [];
  await page?.fetch().catch(() => undefined);
}

/** Which page an address shows. */
export const PageRoutes = memo(function PageRoutes() {
  const { pathname } = useLocation();
  return (
    // Another page is another attempt: a crash does not outlive its page.
    <CrashGuard key={pathname}>
      <Suspense fallback={<Skeleton height={320} />}>
        <Routes>
          {lazyPages.map(([path, { Page }]) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </CrashGuard>
  );
});

function NoSuchPage() {
  return (
    <section className="layer">
      <h2>There is no such page</h2>
      <p>
        The link may be from another version. <Link to="/">Go to the first page</Link>
      </p>
    </section>
  );
}
