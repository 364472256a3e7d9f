import RewardFiles
import Testing

@Suite("The line of requests")
struct RewardQueueTests {
  private static func drain(_ queue: inout RewardQueue) -> [[RewardQueue.Slice]] {
    var batches: [[RewardQueue.Slice]] = []
    while true {
      let batch = queue.next()
      if batch.isEmpty { return batches }
      batches.append(batch)
    }
  }

  @Test("every text of every request comes once and in order, whatever their sizes")
  func complete() {
    var queue = RewardQueue()
    let counts = [1, 1000, 3, 64, 65, 16, 17, 1]
    for (number, count) in counts.enumerated() {
      queue.add(number, bytes: (0..<count).map { ($0 * 7919 + number) % 90_000 })
    }
    #expect(queue.texts == counts.reduce(0, +) && queue.requests == counts.count)
    var next = [Int](repeating: 0, count: counts.count)
    for batch in Self.drain(&queue) {
      #expect(batch.reduce(0) { $0 + $1.texts.count } <= 64)
      for slice in batch {
        #expect(slice.texts.lowerBound == next[slice.request] && !slice.texts.isEmpty)
        next[slice.request] = slice.texts.upperBound
      }
    }
    #expect(next == counts && queue.texts == 0 && queue.requests == 0 && queue.next().isEmpty)
  }

  @Test("requests of one text are scored together")
  func batched() {
    var queue = RewardQueue()
    for number in 0..<1024 { queue.add(number, bytes: [500]) }
    #expect(Self.drain(&queue).map(\.count) == [Int](repeating: 64, count: 16))
  }

  @Test("a small request that comes behind a large one waits for one batch, not for all of it")
  func fair() {
    var queue = RewardQueue()
    queue.add(0, bytes: [Int](repeating: 1000, count: 10_000))
    #expect(queue.next().allSatisfy { $0.request == 0 })
    queue.add(1, bytes: [10])
    #expect(queue.next().contains { $0.request == 1 })
    // Behind fifty large ones it waits for a slice of each: 50 × 16 texts are 13 batches of 64.
    for number in 2..<51 { queue.add(number, bytes: [Int](repeating: 1000, count: 10_000)) }
    queue.add(99, bytes: [10])
    let batches = (1...20).first { _ in queue.next().contains { $0.request == 99 } }
    #expect((batches ?? 100) <= 13)
  }

  @Test("texts of a megabyte make batches of their own, and one is always taken")
  func costly() {
    var queue = RewardQueue()
    queue.add(0, bytes: [1 << 20, 1 << 20, 10])
    queue.add(1, bytes: [10])
    #expect(queue.next() == [.init(request: 0, texts: 0..<1)])
    #expect(queue.next() == [.init(request: 1, texts: 0..<1), .init(request: 0, texts: 1..<2)])
    #expect(queue.next() == [.init(request: 0, texts: 2..<3)])
  }

  @Test("a request that is given up leaves the line, and one without texts never stands in it")
  func removed() {
    var queue = RewardQueue()
    for number in 0..<3 { queue.add(number, bytes: [Int](repeating: 10, count: 100)) }
    _ = queue.next()
    queue.remove(1)
    queue.remove(7)
    queue.add(4, bytes: [])
    #expect(queue.requests == 2)
    let rest = Self.drain(&queue).joined()
    #expect(!rest.contains { $0.request == 1 } && queue.texts == 0)
    #expect(rest.filter { $0.request == 0 }.last?.texts.upperBound == 100)
  }
}
