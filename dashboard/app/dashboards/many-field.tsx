import { MultiSelect } from '@mantine/core';
import { allValues, type ResolvedVariable } from '@tocsin/dashboard/files/resolve-variables.ts';

interface Props {
  readonly label: string;
  readonly one: ResolvedVariable;
  /** What can be chosen. */
  readonly known: readonly string[];
  readonly set: (values: readonly string[]) => void;
}

/** A variable that may stand for several values at once. */
export default function ManyField({ label, one: { variable, options, chosen, isAll }, known, set }: Props) {
  return (
    <MultiSelect
      size="xs"
      label={label}
      className="variable-many"
      searchable
      limit={200}
      maxDropdownHeight={320}
      value={isAll ? [] : [...chosen]}
      placeholder={isAll ? `all ${options.length}` : ''}
      onChange={(values) => set(values.length === 0 ? (variable.all ? [allValues] : []) : values)}
      data={[...known]}
    />
  );
}
