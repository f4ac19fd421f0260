import { Anchor, Code, CopyButton } from '@mantine/core';

/** Lines of code with a button that copies them. */
export function CodeToCopy({ code }: { readonly code: string }) {
  return (
    <div className="empty-code">
      <Code block>{code}</Code>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Anchor component="button" type="button" size="xs" mih={24} onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Anchor>
        )}
      </CopyButton>
    </div>
  );
}
