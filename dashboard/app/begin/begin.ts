import { mergeAddress } from '../address/address.ts';
import { begunAnswers } from '../api/begun-answers.ts';
import { serverNow } from '../api/server-clock.ts';
import { timeOfFile } from '../dashboards/time-of-file.ts';
import { beginDashboard } from './begin-dashboard.ts';
import { setFirstMoment } from './first-moment.ts';
import { openedDashboard } from './opened.ts';

/** What nobody has asked for by then nobody asks for. */
const keptMs = 30_000;

// A small script of its own, which the browser runs while it still fetches the page's.
const dashboard = openedDashboard?.dashboard;
if (dashboard !== undefined) {
  const time = timeOfFile(dashboard.time, location.search);
  if (time !== undefined)
    history.replaceState(history.state, '', `?${mergeAddress(location.search, time)}${location.hash}`);
  const nowMs = serverNow();
  setFirstMoment(nowMs);
  // What fails now fails where it is shown.
  beginDashboard(dashboard, location.search, nowMs, { width: innerWidth, height: innerHeight }).catch(
    () => undefined,
  );
  setTimeout(() => begunAnswers.clear(), keptMs);
}
