import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  /** What broke, for the sentence shown instead of it; the whole page when not given. */
  readonly what?: string;
}

/** Keeps a mistake in one part of the page from blanking the rest, and says what to do. */
export class CrashGuard extends Component<Props, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <div className="crash" role="alert">
        <strong>{this.props.what ?? 'The page'} could not be drawn.</strong> It may have been updated since
        this tab was opened. <a href={location.href}>Load it again</a>
        <code>{this.state.message.slice(0, 300)}</code>
      </div>
    );
  }
}
