import { AlertStrip } from '../alerts/alert-strip.tsx';
import { LogSection } from '../logs/log-section.tsx';
import { NotificationSection } from '../notifications/notification-section.tsx';
import { CrashGuard } from './crash-guard.tsx';
import { DemoMark } from './demo-mark.tsx';
import { Layers } from './layers.tsx';
import { QueryBox } from './query-box.tsx';
import { useTitle } from './use-title.ts';

/** The first page: alerts above business above usage above system, on one time axis. */
export default function SharedDashboard() {
  useTitle('');
  return (
    <>
      <DemoMark />
      <CrashGuard what="The list of alerts">
        <AlertStrip />
      </CrashGuard>
      <nav className="jumps" aria-label="Sections">
        <a href="#business">Business</a>
        <a href="#usage">Usage</a>
        <a href="#system">System</a>
        <a href="#logs">Logs</a>
        <a href="#notifications">Notifications</a>
      </nav>
      <CrashGuard what="The query">
        <QueryBox />
      </CrashGuard>
      <Layers />
      <CrashGuard what="The logs">
        <LogSection />
      </CrashGuard>
      <CrashGuard what="The notifications">
        <NotificationSection />
      </CrashGuard>
    </>
  );
}
