import { Anchor, Button, CopyButton, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation, useMatch } from 'react-router';
import { mergeAddress } from '../address/address.ts';
import { ask } from '../api/ask.ts';
import { field, textOf } from '../api/json-fields.ts';
import { usePage } from '../page/page-context.ts';
import { useParameter } from '../page/use-parameter.ts';
import { dashboardPdfAddress } from './picture-address.ts';

/** A link to what is shown, a short one, a PDF; and a page for a screen on the wall. */
export default function ShareContent({ onClose }: { readonly onClose: () => void }) {
  const { window: shown, state } = usePage();
  const { pathname, search } = useLocation();
  const dashboard = useMatch('/dashboards/:name');
  const [, setKiosk] = useParameter('kiosk');
  const [fixed, setFixed] = useState(true);
  const linkField = useRef<HTMLInputElement>(null);
  // The popover looked for something to focus before this was fetched.
  useEffect(() => linkField.current?.focus({ preventScroll: true }), []);
  const path = `${pathname}?${
    fixed && state.range.kind === 'last'
      ? mergeAddress(search, { range: { kind: 'between', fromMs: shown.fromMs, toMs: shown.endMs } })
      : mergeAddress(search, {})
  }`;
  const shorten = useMutation({
    mutationFn: async (long: string) => {
      const body = JSON.stringify({ path: long });
      const answer = await ask({ path: '/api/tocsin/v1/links', change: { method: 'POST', body } });
      return { long, short: textOf(field(field(answer, 'data'), 'path')) };
    },
  });
  const short = shorten.data?.long === path ? shorten.data.short : undefined;
  const link = location.origin + (short ?? path);
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        label="Link"
        ref={linkField}
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Switch
        size="xs"
        label="to exactly this time"
        checked={fixed}
        onChange={(event) => setFixed(event.currentTarget.checked)}
      />
      <div className="row">
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button size="xs" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" disabled={shorten.isPending} onClick={() => shorten.mutate(path)}>
          Shorten
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            onClose();
            setKiosk('1', 'push');
          }}
        >
          Kiosk
        </Button>
        {dashboard?.params.name === undefined ? null : (
          <Anchor size="sm" href={dashboardPdfAddress(dashboard.params.name, search)} target="_blank">
            PDF
          </Anchor>
        )}
      </div>
      {shorten.error === null ? null : <p className="error-text">{shorten.error.message.slice(0, 300)}</p>}
    </Stack>
  );
}
