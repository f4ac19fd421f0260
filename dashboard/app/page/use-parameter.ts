import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';

const valueLengthMax = 8192;

/** A part of one page's state that a link to it must keep, as a parameter of the address. */
export function useParameter(
  name: string,
  fallback = '',
): readonly [string, (value: string, how?: 'push' | 'replace') => void] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const value = (new URLSearchParams(search).get(name) ?? fallback).slice(0, valueLengthMax);
  const set = useCallback(
    (next: string, how: 'push' | 'replace' = 'replace') => {
      const params = new URLSearchParams(window.location.search);
      if (next === fallback) params.delete(name);
      else params.set(name, next);
      const { pathname, hash } = window.location;
      void navigate({ pathname, search: params.toString(), hash }, { replace: how === 'replace' });
    },
    [navigate, name, fallback],
  );
  return [value, set];
}
