import { useEffect, useRef } from 'react';

/** The value, or while it is missing the last one there was: an outage must not blank what was loaded before. */
export function useLastGood<Value>(value: Value | undefined): Value | undefined {
  const last = useRef(value);
  useEffect(() => {
    if (value !== undefined) last.current = value;
  }, [value]);
  return value ?? last.current;
}
