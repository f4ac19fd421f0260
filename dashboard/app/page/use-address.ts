import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { mergeAddress, type PageState, parseAddress } from '../address/address.ts';

export type ChangeState = (change: Partial<PageState>, how: 'push' | 'replace') => void;

/** The page's state, kept in the address: a link shows what its sender saw, and the browser's Back undoes a zoom. */
export function useAddress(): readonly [PageState, ChangeState] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const state = useMemo(() => parseAddress(search), [search]);
  const change = useCallback<ChangeState>(
    (part, how) => {
      // The address is the truth: two changes in one tick both count.
      const { pathname, search: now, hash } = window.location;
      const path = pathname === '/graph' ? '/' : pathname;
      void navigate(
        { pathname: path, search: mergeAddress(now, part), hash },
        { replace: how === 'replace', preventScrollReset: true },
      );
    },
    [navigate],
  );
  return [state, change];
}
