interface Props {
  readonly names: readonly string[];
  /** The one chosen; none of them when it is not among them. */
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}

/** The usual spans as radio buttons: on every page, so nothing about them is measured or moved. */
export function RangeChoices({ names, chosen, onChoose }: Props) {
  return (
    <div className="choices" role="radiogroup" aria-label="Time range">
      {names.map((name) => (
        <label key={name} className="choice">
          <input
            type="radio"
            name="range"
            value={name}
            checked={name === chosen}
            onChange={() => onChoose(name)}
          />
          <span>{name}</span>
        </label>
      ))}
    </div>
  );
}
