import Command
import Foundation
import Pactolus
import Testing

@Suite("A step that waits for a key")
struct PermissionKeysTests {
  /// The answer that is read where these keys were pressed.
  private func answer(
    _ keys: String, within seconds: Double = 0.2, closing: Bool = false, _ stop: StopFlag = StopFlag()
  )
    -> Bool?
  {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    let bytes = Array(keys.utf8)
    if !bytes.isEmpty { _ = write(ends[1], bytes, bytes.count) }
    if closing { close(ends[1]) }
    defer {
      close(ends[0])
      if !closing { close(ends[1]) }
    }
    return PermissionKeys.answer(from: ends[0], within: seconds, stop: stop)
  }

  @Test("y and n decide, other keys are passed over, and the first of the two counts")
  func keys() {
    #expect(answer("y") == true && answer("Y") == true && answer("n") == false && answer("N") == false)
    #expect(answer("x \u{1B}[Ay") == true && answer("qn") == false && answer("ny") == false)
  }

  @Test("no key in time, nobody there, or enough of it: no answer, and no longer than the time")
  func late() {
    let start = ContinuousClock.now
    #expect(answer("") == nil && answer("xxx") == nil && answer("", within: 60, closing: true) == nil)
    let stop = StopFlag()
    stop.raise()
    #expect(answer("y", within: 60, stop) == nil)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("the question says what is done, why it waits, what is done otherwise, and how long there is")
  func question() {
    let space = ActionSpace.discrete(names: ["stay", "push"])
    func question(unfamiliar: Bool, seconds: Double) -> String {
      PermissionKeys.question(
        [1], instead: [0], isUnfamiliar: unfamiliar, isIrreversible: true, in: space, seconds: seconds)
    }
    #expect(
      question(unfamiliar: false, seconds: 60)
        == "push cannot be undone for sure; otherwise: stay. Take it? y/n (60 s) ")
    #expect(question(unfamiliar: true, seconds: 5).contains("for sure, and is on ground that nobody judged"))
    let box = ActionSpace.continuous(Box(low: [-1, -1], high: [1, 1]))
    let moved = PermissionKeys.question(
      [0.5, -1], instead: [0, 0], isUnfamiliar: false, isIrreversible: true, in: box, seconds: 5)
    #expect(moved.hasPrefix("0.5 −1 cannot"))
  }
}
