import Foundation

/// Wall and processor seconds since it was made.
struct Stopwatch {
  private let wall = Self.now(CLOCK_MONOTONIC)
  private let cpu = Self.now(CLOCK_PROCESS_CPUTIME_ID)

  var seconds: Seconds {
    Seconds(wall: Self.now(CLOCK_MONOTONIC) - wall, cpu: Self.now(CLOCK_PROCESS_CPUTIME_ID) - cpu)
  }

  struct Seconds: Encodable {
    var wall: Double
    var cpu: Double
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Repeats a step for about this many processor seconds after two that warm up; the steps done and the time they took.
func repeated(seconds: Double, _ step: () throws -> Void) rethrows -> (count: Int, seconds: Stopwatch.Seconds) {
  try step()
  try step()
  let watch = Stopwatch()
  var count = 0
  repeat {
    try step()
    count += 1
  } while watch.seconds.cpu < seconds
  return (count, watch.seconds)
}

/// Prints one line of JSON, as the scripts expect of either side.
func finish(_ numbers: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  print(String(decoding: try encoder.encode(numbers), as: UTF8.self))
}

struct SpeedReport: Encodable {
  var rate: Double
  var steps: Int
  var wall: Double
  var cpu: Double
}
