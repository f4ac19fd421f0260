import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { isDown } from '../api/ask.ts';
import { PanelNote } from '../panel/panel-note.tsx';

interface Props {
  readonly isEmpty: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly children: ReactNode;
}

/** A panel's drawing, or what stands there while it is not known or empty. */
export function AnswerState({ isEmpty, isLoading, error, children }: Props) {
  if (!isEmpty) return children;
  if (error !== null)
    return <PanelNote tone={isDown(error) ? 'quiet' : 'bad'}>{error.message.slice(0, 300)}</PanelNote>;
  if (isLoading) return <Skeleton className="panel-loading" />;
  return <PanelNote>Nothing was recorded in this time.</PanelNote>;
}
