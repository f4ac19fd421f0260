import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { CrashGuard } from './crash-guard.tsx';
import { SharedDashboard } from './shared-dashboard.tsx';

// Only the first page is in the first download; the others are fetched when they are opened.
const DashboardsPage = lazy(() => import('../dashboards/dashboards-page.tsx'));
const DashboardPage = lazy(() => import('../dashboards/dashboard-page.tsx'));
const EditPage = lazy(() => import('../dashboards/edit-page.tsx'));
const ExplorePage = lazy(() => import('../explore/explore-page.tsx'));
const AlertsPage = lazy(() => import('../alerts/alerts-page.tsx'));
const WhyPage = lazy(() => import('../alerts/why-page.tsx'));
const LogsPage = lazy(() => import('../logs/logs-page.tsx'));
const CataloguePage = lazy(() => import('../metrics/catalogue-page.tsx'));
const SystemPage = lazy(() => import('../system/system-page.tsx'));

/** Which page an address shows. */
export function PageRoutes() {
  const { pathname } = useLocation();
  return (
    // Another page is another attempt: a crash does not outlive its page.
    <CrashGuard key={pathname}>
      <Suspense fallback={<Skeleton height={320} />}>
        <Routes>
          <Route path="/" element={<SharedDashboard />} />
          <Route path="/graph" element={<SharedDashboard />} />
          <Route path="/dashboards" element={<DashboardsPage />} />
          <Route path="/dashboards/:name" element={<DashboardPage />} />
          <Route path="/dashboards/:name/edit" element={<EditPage />} />
          <Route path="/explore" element={<ExplorePage />} />
          <Route path="/alerts" element={<AlertsPage />} />
          <Route path="/alerts/why/:fingerprint" element={<WhyPage />} />
          <Route path="/logs" element={<LogsPage />} />
          <Route path="/catalogue" element={<CataloguePage />} />
          <Route path="/system" element={<SystemPage />} />
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </CrashGuard>
  );
}

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
