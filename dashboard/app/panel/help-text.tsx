import { Tooltip } from '@mantine/core';
import type { RefObject } from 'react';

interface Props {
  readonly mark: RefObject<HTMLElement | null>;
  readonly text: string;
  readonly isShown: boolean;
}

/** What a mark explains, beside it. */
export default function HelpText({ mark, text, isShown }: Props) {
  return <Tooltip target={mark} opened={isShown} label={text} multiline maw={320} />;
}
