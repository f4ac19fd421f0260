/** A day of a dashboard's metrics as text with timestamps: `panels` metrics of `lines` series each, a sample a minute. */
export function* dayOfHistory(panels: number, lines: number, endSeconds: number): Generator<string> {
  const samples = 1440;
  for (let panel = 0; panel < panels; panel++) {
    let text = `# TYPE bench_panel_${panel} gauge\n`;
    for (let line = 0; line < lines; line++) {
      for (let sample = samples; sample >= 0; sample--) {
        const seconds = endSeconds - sample * 60;
        const value =
          100 + 30 * Math.sin(seconds / 4000 + line) + 10 * Math.sin(seconds / 300 + panel * 3 + line);
        text += `bench_panel_${panel}{line="${line}"} ${value.toFixed(3)} ${seconds * 1000}\n`;
      }
    }
    yield text;
  }
}

/** The dashboard that draws them. */
export function benchDashboard(panels: number): string {
  const one = (panel: number) =>
    `  - { draw: timeseries, title: Panel ${panel}, queries: [{ expr: 'bench_panel_${panel}', legend: 'line {{line}}' }] }\n`;
  return `title: Bench\npanels:\n${Array.from({ length: panels }, (_, panel) => one(panel)).join('')}`;
}
