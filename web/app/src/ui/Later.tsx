import { Component, type ReactNode, Suspense } from 'react'

import { words } from '../words'

interface Props {
  /** What is shown while the part is loading. */
  waiting?: ReactNode
  children: ReactNode
}

/** Contains a part of the page that is loaded when it is needed. If it cannot be loaded, it says so in its place. */
export class Later extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    const { waiting = null, children } = this.props
    if (!this.state.failed) return <Suspense fallback={waiting}>{children}</Suspense>
    return (
      <p role="alert" style={{ padding: 24 }}>
        {words.problems.notLoaded} <button type="button" onClick={() => location.reload()}>{words.common.reload}</button>
      </p>
    )
  }
}
