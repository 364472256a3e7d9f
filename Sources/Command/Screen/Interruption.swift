import Dispatch
import Foundation
import Pactolus

/// Ctrl-C: the first asks the run to stop cleanly, the second ends the process at once, which loses nothing that was
/// acknowledged.
package final class Interruption {
  package let flag = StopFlag()
  private var sources: [any DispatchSourceSignal] = []

  package init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let flag = flag
      source.setEventHandler {
        if flag.isRaised { Foundation.exit(130) }
        flag.raise()
        Screen.write("\nstopping after this unit of work; once more to stop at once\n", to: STDERR_FILENO)
      }
      source.resume()
      sources.append(source)
    }
  }
}
