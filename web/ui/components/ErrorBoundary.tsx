import { Component, type ReactNode } from 'react';

interface Props {
  /** Shown instead of children that throw while they render. */
  fallback: ReactNode;
  children: ReactNode;
}

/** Keeps an error of one part from blanking the page. React needs a class for it. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
