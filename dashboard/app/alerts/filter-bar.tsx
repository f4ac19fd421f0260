import { SegmentedControl, TextInput } from '@mantine/core';
import { useParameter } from '../page/use-parameter.ts';

interface Props {
  readonly filter: ReturnType<typeof useListFilter>;
  readonly kinds: readonly { readonly value: string; readonly label: string }[];
  /** In which of the listed things' texts is searched. */
  readonly textLabel: string;
  readonly example?: string;
  /** How many were found, in words. */
  readonly count: string;
}

/** The kind and the text a list is narrowed by; the address keeps both. */
export function useListFilter() {
  const [kind, setKind] = useParameter('kind', 'all');
  const [text, setText] = useParameter('find');
  return { kind, setKind, text, setText, wanted: text.trim().toLowerCase() };
}

/** Narrows a list by kind and by text, and says how many are left. */
export function FilterBar({ filter, kinds, textLabel, example, count }: Props) {
  return (
    <div className="row">
      <SegmentedControl
        size="xs"
        aria-label="Kind"
        value={filter.kind}
        onChange={(next) => filter.setKind(next)}
        data={[...kinds]}
      />
      <TextInput
        size="xs"
        className="grow"
        aria-label={textLabel}
        placeholder={example === undefined ? textLabel : `${textLabel}, such as ${example}`}
        value={filter.text}
        onChange={(event) => filter.setText(event.currentTarget.value)}
      />
      <span className="quiet" role="status">
        {count}
      </span>
    </div>
  );
}
