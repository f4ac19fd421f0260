import { NavLink } from 'react-router';
import { timeAddress } from '../address/address.ts';
import { pages } from '../address/pages.ts';
import { usePage } from './page-context.ts';

/** Where one can go; the time shown goes along. */
export function PageNav() {
  const { state } = usePage();
  return (
    <nav className="page-nav" aria-label="Pages">
      {pages.map(({ path, name, title }) => (
        <NavLink
          key={path}
          to={{ pathname: path, search: timeAddress(state) }}
          end={path === '/'}
          title={title}
        >
          {name}
        </NavLink>
      ))}
    </nav>
  );
}
