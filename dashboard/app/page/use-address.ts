import { useCallback, useEffect, useState } from 'react';
import { formatAddress, type PageState, parseAddress } from '../address/address.ts';

export type ChangeState = (change: Partial<PageState>, how: 'push' | 'replace') => void;

/** The page's state, kept in the address: a link shows what its sender saw, and the browser's Back undoes a zoom. */
export function useAddress(): readonly [PageState, ChangeState] {
  const [state, setState] = useState(() => parseAddress(location.search));

  useEffect(() => {
    const onBack = () => setState(parseAddress(location.search));
    addEventListener('popstate', onBack);
    return () => removeEventListener('popstate', onBack);
  }, []);

  const change = useCallback<ChangeState>((part, how) => {
    // The address is the truth: two changes in one tick both count.
    const next = { ...parseAddress(location.search), ...part };
    const url = `/${formatAddress(next)}${location.hash}`;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
    setState(next);
  }, []);

  return [state, change];
}
