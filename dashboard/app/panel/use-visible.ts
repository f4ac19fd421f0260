import { type RefObject, useEffect, useRef, useState } from 'react';

/**
 * Whether the element is on screen or nearly: what is far below asks for nothing. `isFirst` says that it is so from the start,
 * before the browser has laid the page out.
 */
export function useVisible(
  isFirst: () => boolean = () => false,
): readonly [RefObject<HTMLElement | null>, boolean] {
  const ref = useRef<HTMLElement>(null);
  const [visible, setVisible] = useState(isFirst);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: '400px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, visible];
}
