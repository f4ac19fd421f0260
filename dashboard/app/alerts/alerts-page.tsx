import { Tabs } from '@mantine/core';
import { NotificationSection } from '../notifications/notification-section.tsx';
import { CrashGuard } from '../page/crash-guard.tsx';
import { useParameter } from '../page/use-parameter.ts';
import { useTitle } from '../page/use-title.ts';
import { AlertList } from './alert-list.tsx';
import { ReceiverList } from './receiver-list.tsx';
import { RuleList } from './rule-list.tsx';
import { SilenceList } from './silence-list.tsx';
import './alerts-page.css';

const tabs = ['alerts', 'rules', 'silences', 'receivers', 'sent'] as const;

/** Everything about who is told of what: alerts, the rules behind them, silences, receivers, what was sent. */
export default function AlertsPage() {
  useTitle('Alerts');
  const [wanted, setTab] = useParameter('tab', 'alerts');
  const tab = tabs.find((one) => one === wanted) ?? 'alerts';
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Alerts</h1>
      </div>
      <Tabs value={tab} onChange={(next) => setTab(next ?? 'alerts', 'push')} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="alerts">Alerts</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="silences">Silences</Tabs.Tab>
          <Tabs.Tab value="receivers">Receivers</Tabs.Tab>
          <Tabs.Tab value="sent">Sent</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="alerts">
          <CrashGuard what="The alerts">
            <AlertList />
          </CrashGuard>
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <CrashGuard what="The rules">
            <RuleList />
          </CrashGuard>
        </Tabs.Panel>
        <Tabs.Panel value="silences">
          <CrashGuard what="The silences">
            <SilenceList />
          </CrashGuard>
        </Tabs.Panel>
        <Tabs.Panel value="receivers">
          <CrashGuard what="The receivers">
            <ReceiverList />
          </CrashGuard>
        </Tabs.Panel>
        <Tabs.Panel value="sent">
          <NotificationSection />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
