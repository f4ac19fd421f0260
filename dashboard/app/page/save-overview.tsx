import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { dashboardList, writeDashboardFile } from '../api/dashboards.ts';
import type { LayerContent } from '../layout/arrange.ts';
import type { Layer } from '../layout/panel.ts';

interface Props {
  readonly contents: readonly { readonly layer: Layer; readonly content: LayerContent }[];
}

/** Makes a dashboard of the first page, to be arranged as one likes. */
export function SaveOverview({ contents }: Props) {
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: async () => {
      // Only who saves needs what writes files.
      const [{ overviewSource }, { nameFor }, { stringify }] = await Promise.all([
        import('../dashboards/overview-source.ts'),
        import('../dashboards/first-text.ts'),
        import('yaml'),
      ]);
      const known = (await dashboardList(new AbortController().signal)).map(({ name }) => name);
      const text = stringify(overviewSource(contents), { lineWidth: 0 });
      return writeDashboardFile(nameFor('overview', known), text, null);
    },
    onSuccess: ({ name }) => void navigate(`/dashboards/${encodeURIComponent(name)}/edit`),
  });
  return (
    <p className="row kiosk-hidden">
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        fw={500}
        disabled={save.isPending}
        onClick={() => save.mutate()}
      >
        Arrange it yourself: save this as a dashboard
      </Button>
      {save.error === null ? null : <span className="error-text">{save.error.message.slice(0, 300)}</span>}
    </p>
  );
}
